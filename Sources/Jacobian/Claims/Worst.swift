extension Sequence<Double> {
  /// The largest number; NaN if any is NaN, which `max()` can overlook, and if there is none: no bound holds for nothing.
  func worst() -> Double {
    var iterator = makeIterator()
    guard var worst = iterator.next() else { return .nan }
    while let next = iterator.next() { worst = worst.isNaN || next.isNaN ? .nan : Swift.max(worst, next) }
    return worst
  }
}

/// A share of something: 0 of nothing is 0.
///
/// - Parameters:
///   - part: At least 0.
///   - whole: At least 0.
/// - Returns: part / whole.
func ratio(_ part: Double, _ whole: Double) -> Double { part == 0 ? 0 : part / whole }

/// Pairs of corresponding elements: what `zip` gives, for lists that must be equally long.
///
/// - Parameters:
///   - a: Elements.
///   - b: As many others.
package func paired<A, B>(_ a: [A], _ b: [B]) -> Zip2Sequence<[A], [B]> {
  precondition(a.count == b.count, "paired: \(a.count) and \(b.count) elements")
  return zip(a, b)
}
