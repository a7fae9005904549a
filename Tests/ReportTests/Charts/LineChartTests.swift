import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("Line charts")
struct LineChartTests {
  @Test("Every vertex of a line is its point, in order")
  func vertices() throws {
    let points = (0..<20).map { Point(Double($0), sin(Double($0))) }
    let drawing = try Samples.drawing(Samples.line(points))
    let (x, y) = (try DrawnAxis(drawing, "x-axis"), try DrawnAxis(drawing, "y-axis"))
    let places = try #require(drawing.of("line").first).subpaths.joined().map { $0 }
    #expect(places.count == points.count)
    for (place, point) in zip(places, points) {
      #expect(x.shows(point.x, at: place.x) && y.shows(point.y, at: place.y), "\(point)")
    }
  }

  @Test("The legend gives a name the colour, dashes and marker of the line through that series' points")
  func names() throws {
    let series = (0..<30).map { index in
      Series(name: "series \(index)", points: [Point(0, Double(index)), Point(1, Double(index) + 0.25)])
    }
    let chart = LineChart(title: "many", x: Samples.x, y: Samples.y, series: series, markers: true)
    let drawing = try Samples.drawing(chart)
    let y = try DrawnAxis(drawing, "y-axis")
    let entries = drawing.of("entry")
    let lines = drawing.children.filter { $0.has("line") }
    let markers = drawing.children.filter { $0.has("marker") }
    #expect(entries.count == 30 && lines.count == 30 && markers.count == 30)
    for (index, entry) in entries.enumerated() {
      #expect(entry.children.last?.text == "series \(index)")
      let keys = entry.of("line").map(\.classes) + entry.of("marker").map(\.classes)
      // The line that starts where this series does has these classes, and so have its markers.
      let line = try #require(lines.first { y.shows(Double(index), at: $0.subpaths[0][0].y) })
      let marker = try #require(markers.first { y.shows(Double(index), at: $0.subpaths[0][0].y) })
      #expect(keys == [line.classes, marker.classes])
    }
    let titles = drawing.of("point").compactMap(\.title)
    for (index, place) in try Samples.places(drawing).enumerated() where index.isMultiple(of: 2) {
      #expect(titles[index] == "series \(index / 2): step 0, loss \(index / 2) bits")
      #expect(y.shows(Double(index / 2), at: place.y))
    }
  }

  @Test("A series with a style and its dashed variant share a colour and a marker shape, and differ without colour")
  func variants() throws {
    let points = [Point(0, 1), Point(1, 2)]
    let chart = LineChart(
      title: "pair", x: Samples.x, y: Samples.y,
      series: [
        Series(name: "training", points: points, style: 4),
        Series(name: "validation", points: points, isDashed: true, style: 4),
      ])
    let lines = try Samples.drawing(chart).children.filter { $0.has("line") }
    #expect(lines.map { $0.has("s4") } == [true, true])
    #expect(Set(lines.map { $0.classes.last }).count == 2)
    for index in 0..<30 {
      let (one, other) = (SeriesStyle(index: index), SeriesStyle(index: index, isDashed: true))
      #expect(one.markerClass + " hollow" == other.markerClass && other.dash > 0)
    }
  }

  @Test("A band reaches exactly as far as its ranges, around all points")
  func band() throws {
    let count = 11
    let points = (0..<count).map { Point(Double($0), 3 + sin(Double($0))) }
    let ranges = points.enumerated().map { index, point in
      (point.y - (index == count / 2 ? 4 : 0.5))...(point.y + (index == count / 3 ? 5 : 0.25))
    }
    let chart = LineChart(
      title: "band", x: Samples.x, y: Samples.y, series: [Series(name: "one", points: points, band: ranges)])
    let drawing = try Samples.drawing(chart)
    let (x, y) = (try DrawnAxis(drawing, "x-axis"), try DrawnAxis(drawing, "y-axis"))
    let band = try #require(drawing.of("band").first).subpaths.joined().map { $0 }
    let low = try #require(band.map(\.y).max())
    let high = try #require(band.map(\.y).min())
    #expect(try y.shows(#require(ranges.map(\.lowerBound).min()), at: low))
    #expect(try y.shows(#require(ranges.map(\.upperBound).max()), at: high))
    #expect(try x.shows(0, at: #require(band.map(\.x).min())))
    #expect(try x.shows(Double(count - 1), at: #require(band.map(\.x).max())))
    #expect(band.count == 2 * count)
    for (index, range) in ranges.enumerated() {
      #expect(y.shows(range.upperBound, at: band[index].y))
      #expect(y.shows(range.lowerBound, at: band[2 * count - 1 - index].y))
    }
  }

  @Test("A reference is drawn at its value, across the plot, with its name")
  func references() throws {
    let chart = LineChart(
      title: "levels", x: Samples.x, y: Samples.y,
      series: [Series(name: "one", points: [Point(0, 1), Point(10, 2)])],
      references: [Reference(name: "chance", value: 4), Reference(name: "entropy", value: 0.5)])
    let drawing = try Samples.drawing(chart)
    let y = try DrawnAxis(drawing, "y-axis")
    let levels = drawing.of("level")
    #expect(levels.compactMap(\.title) == ["chance: 4", "entropy: 0.5"])
    for (level, value) in zip(levels, [4, 0.5]) {
      let line = try #require(level.of("reference").first)
      #expect(try y.shows(value, at: line.number("y1")) && line.attributes["y1"] == line.attributes["y2"])
    }
    #expect(chart.summary.contains("Chance: 4."))
  }

  @Test("Names of references close to each other do not overlap")
  func closeReferences() throws {
    let chart = LineChart(
      title: "levels", x: Samples.x, y: Samples.y,
      series: [Series(name: "one", points: [Point(0, 0), Point(10, 100)])],
      references: (0..<5).map { Reference(name: "a name in two lines \($0)", value: Double($0) * 0.1) })
    let boxes = try Samples.drawing(chart).of("level").flatMap { level in
      try level.children.filter { $0.name == "text" }.map { try $0.number("y") }
    }
    #expect(boxes.count == 10)
    for (one, other) in zip(boxes, boxes.dropFirst()) { #expect(other - one >= Layout.fontSize - 0.11) }
  }

  @Test("Of very many points few can be reached, with the first and the last; the line keeps its spikes")
  func thinned() throws {
    let spikes = [2501: 9.0, 777: -4]
    let points: [Point] = (0...5000).map { Point(Double($0), spikes[$0] ?? sin(Double($0))) }
    let chart = Samples.line(points, markers: false)
    let drawing = try Samples.drawing(chart)
    let (x, y) = (try DrawnAxis(drawing, "x-axis"), try DrawnAxis(drawing, "y-axis"))
    let reachable = try Samples.places(drawing)
    #expect(reachable.count == Layout.thinnedPoints)
    #expect(x.shows(0, at: reachable[0].x) && x.shows(5000, at: reachable[reachable.count - 1].x))
    let line = try #require(drawing.of("line").first).subpaths.joined().map { $0 }
    #expect(try y.shows(9, at: #require(line.map(\.y).min())))
    #expect(try y.shows(-4, at: #require(line.map(\.y).max())))
    #expect(x.shows(0, at: line[0].x) && x.shows(5000, at: line[line.count - 1].x))
    #expect(chart.table.rows.count == 5001)
    #expect(chart.table.html(mostRows: 100).contains("100 of 5,001 rows"))
  }

  @Test("The table has a row for each place, nothing where a series has no point, and the ranges")
  func table() {
    let chart = LineChart(
      title: "two", x: Samples.x, y: Samples.y,
      series: [
        Series(name: "one", points: [Point(0, 1), Point(2, 3)], band: [0.5...1.5, 2...4]),
        Series(name: "two", points: [Point(2, 5), Point(1, 4)]),
      ])
    #expect(chart.table.columns.map(\.heading) == ["step", "one", "one, from", "one, to", "two"])
    #expect(
      chart.table.rows == [
        [.number(0), .number(1), .number(0.5), .number(1.5), .missing],
        [.number(1), .missing, .missing, .missing, .number(4)],
        [.number(2), .number(3), .number(2), .number(4), .number(5)],
      ])
  }

  @Test("The text alternative says what is plotted, the ends and the extremes of each series")
  func summary() {
    let text = Samples.line([Point(0, 4), Point(5, 1), Point(10, 2)]).summary
    #expect(text == "Loss (bits) against step, 1 line. One: from 4 at 0 to 2 at 10, lowest 1 at 5, highest 4 at 0.")
    #expect(Samples.line([Point(0, 4), Point(5, 4)]).summary.hasSuffix("One: 4 throughout, from 0 to 5."))
  }
}
