import Foundation
import TestSupport
import Testing

@testable import Report

/// Charts with something known in them.
enum Samples {
  static let x = Axis(label: "step")
  static let y = Axis(label: "loss", unit: "bits")
  static let nasty = "a < b & \"c\" 'd' > 🦊\u{7}\n\u{202E}e"
  static let long = "a label of sixty characters that goes on and on until it end"

  static func line(_ points: [Point], x: Axis = x, y: Axis = y, markers: Bool = true) -> LineChart {
    LineChart(title: "line", x: x, y: y, series: [Series(name: "one", points: points)], markers: markers)
  }

  /// Reads a chart's drawing.
  static func drawing(_ chart: some Chart) throws -> Markings {
    let svg = chart.svg(id: "test")
    return try #require(Markings.parse(svg), "not well formed: \(svg.prefix(400))")
  }

  /// The places of the points that can be pointed at.
  static func places(_ drawing: Markings) throws -> [(x: Double, y: Double)] {
    try drawing.of("target").filter { $0.name == "circle" }.map { (try $0.number("cx"), try $0.number("cy")) }
  }

  /// One chart of each kind, each with this text wherever text goes.
  static func all(_ text: String) -> [any Chart] {
    let axis = Axis(label: text, unit: text)
    let reference = Reference(name: text, value: 1)
    return [
      LineChart(
        title: text, x: axis, y: axis, series: [Series(name: text, points: [Point(0, 1), Point(1, 2)])],
        references: [reference]),
      BarChart(
        title: text, y: axis, categories: [text, text],
        groups: [BarGroup(name: text, values: [1, nil], intervals: [0...2, nil])], references: [reference]),
      IntervalChart(title: text, x: axis, rows: [IntervalRow(label: text, mean: 1, interval: 0...2)]),
      HeatMap(
        title: text, rows: [text, text], columns: [text], rowLabel: text, columnLabel: text, values: [[1], [nil]],
        scaleLabel: text, unit: text),
    ]
  }
}
