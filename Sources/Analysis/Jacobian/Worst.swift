extension Sequence<Double> {
  /// The largest number; NaN if any is NaN, which `max()` can overlook; −∞ if there is none.
  func worst() -> Double { reduce(-.infinity) { $0.isNaN || $1.isNaN ? .nan : Swift.max($0, $1) } }
}

/// A share of something: 0 of nothing is 0.
///
/// - Parameters:
///   - part: At least 0.
///   - whole: At least 0.
/// - Returns: part / whole.
func ratio(_ part: Double, _ whole: Double) -> Double { part == 0 ? 0 : part / whole }
