/// A row of an interval chart: an estimate with what it is known to lie in.
public struct IntervalRow: Sendable, Equatable {
  /// What was estimated.
  public let label: String
  /// The estimate.
  public let mean: Double
  /// Its interval; nil if one sample gives none.
  public let interval: ClosedRange<Double>?

  /// Creates a row.
  ///
  /// - Parameters:
  ///   - label: What was estimated.
  ///   - mean: The estimate.
  ///   - interval: Its interval; nil if one sample gives none.
  public init(label: String, mean: Double, interval: ClosedRange<Double>?) {
    self.label = label
    self.mean = mean
    self.interval = interval
  }
}
