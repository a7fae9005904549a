import TestSupport
import Testing

@testable import Report

@Suite("Bar charts")
struct BarChartTests {
  private static let chart = BarChart(
    title: "bars", y: Samples.y, categories: ["a", "b", "c"],
    groups: [
      BarGroup(name: "one", values: [1, -2, nil], intervals: [0.5...1.75, -3...(-1.5), nil]),
      BarGroup(name: "two", values: [3, 4, 5]),
    ], references: [Reference(name: "chance", value: 2)])

  @Test("A bar goes from zero to its value, above its category, in its group's colour and hatching")
  func bars() throws {
    let drawing = try Samples.drawing(Self.chart)
    let y = try DrawnAxis(drawing, "y-axis")
    let bars = drawing.children.filter { $0.has("bar") }
    #expect(bars.count == 5)
    let expected: [(Double, Int, Int)] = [(1, 0, 0), (-2, 0, 1), (3, 1, 0), (4, 1, 1), (5, 1, 2)]
    let names = try #require(drawing.of("categories").first).children
    #expect(names.map(\.text) == ["a", "b", "c"])
    for (bar, (value, group, category)) in zip(bars, expected) {
      let (top, height) = (try bar.number("y"), try bar.number("height"))
      #expect(y.shows(max(0, value), at: top) && y.shows(min(0, value), at: top + height), "\(value)")
      #expect(bar.attributes["fill"] == "url(#test-fill-\(group))" && bar.has("s\(group)"))
      let middle = try bar.number("x") + bar.number("width") / 2
      let nearest = try names.enumerated().min {
        abs(try $0.element.number("x") - middle) < abs(try $1.element.number("x") - middle)
      }
      #expect(nearest?.offset == category)
    }
    let keys = drawing.of("entry").map { ($0.children.last?.text, $0.children.first?.attributes["fill"]) }
    #expect(keys.map(\.0) == ["one", "two"] && keys.map(\.1) == ["url(#test-fill-0)", "url(#test-fill-1)"])
  }

  @Test("An interval is drawn from its lower to its upper bound")
  func intervals() throws {
    let drawing = try Samples.drawing(Self.chart)
    let y = try DrawnAxis(drawing, "y-axis")
    let whiskers = drawing.of("whisker")
    #expect(whiskers.count == 2)
    for (whisker, interval) in zip(whiskers, [0.5...1.75, -3...(-1.5)]) {
      let path = whisker.subpaths.joined().map(\.y)
      #expect(try y.shows(interval.lowerBound, at: #require(path.first)))
      #expect(try y.shows(interval.upperBound, at: #require(path.last)))
    }
  }

  @Test("Values are shown with their group and category; nothing stands in the table where nothing was measured")
  func values() throws {
    let titles = try Samples.drawing(Self.chart).of("point").compactMap(\.title)
    #expect(titles.first == "one, a: loss 1 bits, 0.5 to 1.75" && titles.last == "two, c: loss 5 bits")
    #expect(Self.chart.table.columns.map(\.heading) == ["", "one", "one, from", "one, to", "two"])
    #expect(Self.chart.table.rows[2] == [.text("c"), .missing, .missing, .missing, .number(5)])
    #expect(
      Self.chart.summary.hasPrefix("Loss (bits) of 3 categories, 2 groups. One: lowest -2 for b, highest 1 for a."))
  }

  @Test("A group with a style has its colour and hatching, and so has a series of points; hatchings differ")
  func styles() throws {
    let groups = (0..<7).map { BarGroup(name: "\($0)", values: [1]) }
    let seven = BarChart(title: "seven", y: Samples.y, categories: ["a"], groups: groups)
    let patterns = try Samples.drawing(seven).of("hatch").compactMap { $0.children.last?.attributes["d"] }
    #expect(Set(patterns).count == 7)
    let bars = BarChart(
      title: "one", y: Samples.y, categories: ["a"], groups: [BarGroup(name: "g", values: [1], style: 3)])
    let drawing = try Samples.drawing(bars)
    #expect(drawing.of("bar").allSatisfy { $0.has("s3") } && drawing.of("hatch").map { $0.has("s3") } == [true])
    let line = LineChart(
      title: "one", x: Samples.x, y: Samples.y, series: [Series(name: "g", points: [Point(1, 1)], style: 3)])
    #expect(try Samples.drawing(line).of("marker").map { $0.has("s3") } == [true, true])
  }

  @Test("Names of many categories do not overlap")
  func manyCategories() throws {
    for count in [3, 12, 40, 100] {
      let chart = BarChart(
        title: "many", y: Samples.y, categories: (0..<count).map { "category number \($0)" },
        groups: [BarGroup(name: "one", values: (0..<count).map(Double.init))])
      let names = try #require(try Samples.drawing(chart).of("categories").first).children
      let places = try names.filter { $0.attributes["transform"] != nil }.map { try $0.number("x") }
      #expect(names.count >= 3)
      for (one, other) in zip(places, places.dropFirst()) { #expect(other - one >= Layout.fontSize * 1.2) }
    }
  }
}
