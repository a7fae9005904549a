/// A row of an interval chart: an estimate with what it is known to lie in.
package struct IntervalRow: Sendable, Equatable {
  /// What was estimated.
  package let label: String
  /// The estimate.
  package let mean: Double
  /// Its interval; nil if one sample gives none.
  package let interval: ClosedRange<Double>?

  /// Creates a row.
  package init(label: String, mean: Double, interval: ClosedRange<Double>?) {
    self.label = label
    self.mean = mean
    self.interval = interval
  }
}
