/// A point with a name of its own in a scatter chart.
public struct LabelledPoint: Sendable, Equatable {
  /// What it belongs to.
  public let series: String
  /// What stands beside it where there is room; may be empty.
  public let label: String
  /// Where it is.
  public let point: Point

  /// Creates a labelled point.
  ///
  /// - Parameters:
  ///   - series: What it belongs to.
  ///   - label: What stands beside it where there is room.
  ///   - x: To the right.
  ///   - y: Upwards.
  public init(series: String, label: String, x: Double, y: Double) {
    self.series = series
    self.label = label
    point = Point(x, y)
  }
}
