import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("Charts of what is unusual")
struct RobustnessTests {
  private static func texts(_ drawing: Markings) -> [String] { drawing.all.filter { $0.name == "text" }.map(\.text) }

  @Test("A constant is a level line inside the plot", arguments: [0, 3.7, -1e12, 1e-12, 1e-310])
  func constant(_ value: Double) throws {
    let drawing = try Samples.drawing(Samples.line((0...4).map { Point(Double($0), value) }))
    let y = try DrawnAxis(drawing, "y-axis")
    let line = try #require(drawing.of("line").first).subpaths.joined().map { $0 }
    #expect(line.count == 5 && Set(line.map(\.y)).count == 1)
    #expect(y.values[0] < value && value < y.values[y.values.count - 1])
  }

  @Test("A chart of nothing has no axes and says so")
  func nothing() throws {
    let charts: [any Chart] = [
      Samples.line([]),
      LineChart(title: "none", x: Samples.x, y: Samples.y, series: []),
      BarChart(title: "none", y: Samples.y, categories: [], groups: []),
      BarChart(title: "none", y: Samples.y, categories: ["a"], groups: [BarGroup(name: "b", values: [nil])]),
      IntervalChart(title: "none", x: Samples.x, rows: []),
      HeatMap(
        title: "none", rows: [], columns: [], rowLabel: "row", columnLabel: "column", values: [], scaleLabel: "share"),
    ]
    for chart in charts {
      let drawing = try Samples.drawing(chart)
      #expect(Self.texts(drawing) == ["Nothing was measured."])
      #expect(drawing.of("grid").isEmpty && drawing.of("axis").isEmpty)
      #expect(Markings.parse(chart.figure(id: "none")) != nil)
      #expect(!chart.summary.isEmpty)
    }
  }

  @Test("One point has a marker, and axes around it")
  func onePoint() throws {
    let drawing = try Samples.drawing(Samples.line([Point(3, 4)], markers: false))
    let (x, y) = (try DrawnAxis(drawing, "x-axis"), try DrawnAxis(drawing, "y-axis"))
    let marker = try #require(drawing.children.first { $0.has("marker") })
    // The path of a circle begins at its left end.
    #expect(y.shows(4, at: marker.subpaths[0][0].y) && x.shows(3, at: marker.subpaths[0][0].x))
    #expect(drawing.children.filter { $0.has("line") }.isEmpty)
  }

  @Test("NaN and infinity are gaps in the line, and said in the drawing, in words and in the table")
  func notFinite() throws {
    let bad: [Int: Double] = [4: .nan, 7: .infinity, 9: -.infinity]
    let chart = Samples.line((0...10).map { Point(Double($0), bad[$0] ?? Double($0)) }, markers: false)
    let drawing = try Samples.drawing(chart)
    let runs = try #require(drawing.of("line").first).subpaths.map(\.count)
    #expect(runs == [4, 2], "0 to 3, and 5 to 6")
    let x = try DrawnAxis(drawing, "x-axis")
    let markers = try #require(drawing.children.first { $0.has("marker") }).subpaths.map { $0[0].x }
    for lonely in [8.0, 10] { #expect(markers.contains { x.shows(lonely, at: $0) }, "\(lonely)") }
    let note = "3 values are not finite."
    #expect(Self.texts(drawing).contains(note))
    #expect(chart.summary.contains(note))
    let html = chart.figure(id: "test")
    #expect(html.contains("<td>NaN</td>") && html.contains("<td>∞</td>") && html.contains("<td>-∞</td>"))
  }

  @Test(
    "Every kind of chart says what is not finite, alone or among numbers", arguments: [true, false],
    [Double.nan, .infinity])
  func notFiniteEverywhere(_ isAlone: Bool, _ bad: Double) throws {
    let good: Double? = isAlone ? nil : 1
    let charts: [any Chart] = [
      Samples.line([Point(bad, 1)] + (isAlone ? [] : [Point(1, 1)])),
      BarChart(
        title: "b", y: Samples.y, categories: ["a", "b"], groups: [BarGroup(name: "g", values: [bad, good])]),
      IntervalChart(
        title: "i", x: Samples.x,
        rows: [IntervalRow(label: "a", mean: bad, interval: nil)]
          + (isAlone ? [] : [IntervalRow(label: "b", mean: 1, interval: nil)])),
      HeatMap(
        title: "h", rows: ["a"], columns: ["b", "c"], rowLabel: "row", columnLabel: "column", values: [[bad, good]],
        scaleLabel: "share"),
    ]
    for chart in charts {
      let drawing = try Samples.drawing(chart)
      #expect(Self.texts(drawing).contains("1 value is not finite."), "\(chart.title)")
      #expect(Self.texts(drawing).contains("Nothing can be drawn.") == isAlone)
      #expect(chart.summary.contains("1 value is not finite."))
      #expect(chart.table.notes.contains("1 value is not finite"))
      #expect(!drawing.all.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } })
    }
  }

  @Test("Bounds of bands and of intervals, and references, that are not finite are said")
  func notFiniteRanges() throws {
    let points = [Point(0, 1), Point(1, 2), Point(2, 3)]
    let line = LineChart(
      title: "band", x: Samples.x, y: Samples.y,
      series: [Series(name: "one", points: points, band: [0...2, 1...(.infinity), 2...4])],
      references: [Reference(name: "chance", value: .nan)])
    #expect(line.summary.contains("2 values are not finite."))
    #expect(try Samples.drawing(line).of("level").isEmpty)
    let bars = BarChart(
      title: "bars", y: Samples.y, categories: ["a"],
      groups: [BarGroup(name: "g", values: [1], intervals: [-Double.infinity...2])])
    #expect(bars.summary.contains("1 value is not finite."))
    #expect(try Samples.drawing(bars).of("whisker").isEmpty)
  }

  @Test("Zero and negative numbers on a logarithmic axis are left out, and that is said")
  func notPositive() throws {
    let axis = Axis(label: "k", scale: .logarithmic)
    let chart = Samples.line((-2...5).map { Point(Double($0), 1) }, x: axis)
    let drawing = try Samples.drawing(chart)
    #expect(try Samples.places(drawing).count == 5)
    #expect(Self.texts(drawing).contains("3 values are not above 0, where the axis is logarithmic."))
  }

  @Test("No two of thirty series look alike without their colours; the legend has lines enough")
  func thirty() throws {
    let styles = (0..<30).map { SeriesStyle(index: $0) }
    #expect(Set(styles.map { "\($0.marker) \($0.dash)" }).count == 30)
    #expect(zip(styles, styles.dropFirst()).allSatisfy { $0.colour != $1.colour && $0.marker != $1.marker })
    let chart = LineChart(
      title: "thirty", x: Samples.x, y: Samples.y,
      series: (0..<30).map { Series(name: "series number \($0)", points: [Point(0, Double($0)), Point(1, 1)]) })
    let drawing = try Samples.drawing(chart)
    let boxes = try drawing.of("entry").map { entry in
      let text = try #require(entry.children.last)
      return Box(text: text.text, x: try text.number("x"), y: try text.number("y"), anchor: .start)
    }
    #expect(boxes.count == 30)
    let bottom = try DrawnAxis(drawing, "y-axis").places[0]
    for (index, box) in boxes.enumerated() {
      #expect(box.right <= Layout.width && box.top > bottom)
      #expect(!boxes.dropFirst(index + 1).contains(where: box.overlaps))
    }
  }

  @Test("Texts of sixty characters are shortened, inside the drawing, and whole in their titles")
  func long() throws {
    #expect(Samples.long.count == 60)
    for chart in Samples.all(Samples.long) {
      let drawing = try Samples.drawing(chart)
      let texts = drawing.all.filter { $0.name == "text" && !$0.has("value") && !$0.has("note") }
      #expect(texts.count > 2)
      let parents = Dictionary(
        drawing.all.flatMap { parent in parent.children.map { (ObjectIdentifier($0), parent) } },
        uniquingKeysWith: { $1 })
      for text in texts {
        let titles = [text.title, parents[ObjectIdentifier(text)]?.title]
        if text.text.hasSuffix("…") {
          #expect(titles.contains { $0?.hasPrefix(Samples.long) == true }, "\(chart): \(text.text)")
        }
        guard text.attributes["transform"] == nil else { continue }
        let anchor = Markup.Anchor(rawValue: text.attributes["text-anchor"] ?? "start") ?? .start
        let box = Box(text: text.text, x: try text.number("x"), y: try text.number("y"), anchor: anchor)
        #expect(box.left >= -0.1 && box.right <= Layout.width + 0.1, "\(chart): \(text.text)")
      }
    }
  }

  @Test("Markup, quotation marks and emoji arrive as text, control characters not at all")
  func escaped() throws {
    let clean = "a < b & \"c\" 'd' > 🦊 e"
    for chart in Samples.all(Samples.nasty) {
      let drawing = try Samples.drawing(chart)
      #expect(drawing.title == clean)
      #expect(drawing.all.contains { $0.name == "text" && ($0.title ?? $0.text).contains(clean) })
      let figure = try #require(Markings.parse(chart.figure(id: "test", caption: Samples.nasty)))
      #expect(figure.all.contains { $0.name == "figcaption" && $0.text.hasSuffix(clean) })
      #expect(figure.all.contains { $0.name == "th" && $0.text.contains(clean) })
      #expect(!chart.figure(id: "test").unicodeScalars.contains { $0 == "\u{7}" || $0 == "\u{202E}" })
    }
  }

  @Test("Numbers too large for their differences are left out, and that is said")
  func tooLarge() throws {
    let chart = Samples.line([Point(0, 1), Point(1, 1e308), Point(2, -1.7e308), Point(3, 2)])
    #expect(chart.summary.contains("2 values are too far from 1 to be drawn."))
    #expect(try Samples.places(Samples.drawing(chart)).count == 2)
  }
}
