import TestSupport
import Testing

@testable import Report

@Suite("Interval charts")
struct IntervalChartTests {
  private static let rows = [
    IntervalRow(label: "first", mean: -0.5, interval: -1.25...0.25),
    IntervalRow(label: "second", mean: 2, interval: nil),
    IntervalRow(label: "third", mean: 3, interval: 2.5...3.75),
  ]
  private static let chart = IntervalChart(title: "claims", x: Axis(label: "difference", unit: "bits"), rows: rows)

  @Test("A row has its mean and its interval where the axis says, below its label; a line is at zero")
  func places() throws {
    let drawing = try Samples.drawing(Self.chart)
    let x = try DrawnAxis(drawing, "x-axis")
    let places = try Samples.places(drawing)
    #expect(places.count == 3)
    let labels = drawing.children.filter { $0.has("backed") && $0.attributes["text-anchor"] == nil }
    #expect(labels.map(\.text) == ["first", "second", "third"])
    for (index, place) in places.enumerated() {
      #expect(x.shows(Self.rows[index].mean, at: place.x))
      #expect(try labels[index].number("y") < place.y)
      #expect(try index == 2 || (labels[index + 1].number("y")) > place.y)
    }
    let whiskers = drawing.of("whisker").map { $0.subpaths.joined().map(\.x) }
    #expect(whiskers.count == 2)
    for (whisker, interval) in zip(whiskers, Self.rows.compactMap(\.interval)) {
      #expect(try x.shows(interval.lowerBound, at: #require(whisker.first)))
      #expect(try x.shows(interval.upperBound, at: #require(whisker.last)))
    }
    #expect(try x.shows(0, at: #require(drawing.of("zero").first).number("x1")))
  }

  @Test("A label that is too long for a line has several, all of it above its mark and below the row before")
  func longLabels() throws {
    let long = "hyperrouter's experts share more bits with the dialect than those of "
    let rows = ["expert-choice", "smoe-balanced"].map {
      IntervalRow(label: long + $0, mean: 1, interval: 0.5...1.5)
    }
    let drawing = try Samples.drawing(
      IntervalChart(title: "claims", x: Axis(label: "difference"), rows: rows))
    let labels = drawing.children.filter { $0.has("backed") && $0.attributes["text-anchor"] == nil }
    let places = try Samples.places(drawing)
    try #require(labels.count > 2 && labels.count % 2 == 0 && places.count == 2)
    let half = labels.count / 2
    for (index, row) in rows.enumerated() {
      let own = labels[index * half..<(index + 1) * half]
      #expect(own.map(\.text).joined(separator: " ") == row.label)
      for label in own { #expect(try label.number("y") < places[index].y) }
      if index > 0 { #expect(try #require(own.first).number("y") > places[index - 1].y) }
    }
  }

  @Test("Titles, table and text alternative hold every row")
  func words() throws {
    let titles = try Samples.drawing(Self.chart).of("point").compactMap(\.title)
    #expect(titles.first == "first: difference -0.5 bits, -1.25 to 0.25" && titles.count == 3)
    #expect(Self.chart.table.rows[1] == [.text("second"), .number(2), .missing, .missing])
    #expect(Self.chart.summary.hasSuffix("First: -0.5, -1.25 to 0.25. Second: 2. Third: 3, 2.5 to 3.75."))
  }
}
