/// A point with a name of its own in a scatter chart.
package struct LabelledPoint: Sendable, Equatable {
  /// What it belongs to.
  package let series: String
  /// What stands beside it where there is room; may be empty.
  package let label: String
  /// Where it is.
  package let point: Point

  /// Creates a labelled point.
  package init(series: String, label: String, x: Double, y: Double) {
    self.series = series
    self.label = label
    point = Point(x, y)
  }
}
