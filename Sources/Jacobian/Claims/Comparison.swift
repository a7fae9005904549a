import Tensors

/// How a number is found.
package enum Way: String, CaseIterable, Sendable {
  case closedForm = "closed form"  // By formula
  case autodiff  // By the tape
  case differences  // By central differences of values

  /// Those that are exact but for rounding.
  ///
  /// Differences read every text d times more, so some numbers have only these two.
  static let exact: [Way] = [.closedForm, .autodiff]
}

/// The same numbers found all three ways.
package struct ThreeWays<Found> {
  package let closedForm: Found
  package let autodiff: Found
  package let differences: Found
  /// For each token or weight the largest error of an entry of the differences, by their own estimate.
  package let errors: [Double]

  /// Each way with the errors of its entries, which are 0 for rounding alone.
  var all: [(way: Way, found: Found, errors: [Double])] {
    let exact = errors.map { _ in 0.0 }
    return [(.closedForm, closedForm, exact), (.autodiff, autodiff, exact), (.differences, differences, errors)]
  }

  /// How far every two ways are apart by a measure that also gets the errors of their entries.
  func disagreements(_ apart: (String, Found, Found, [Double]) -> ClaimResult.Finding) -> [ClaimResult.Finding] {
    [
      apart("closed to autodiff", closedForm, autodiff, errors.map { _ in 0 }),
      apart("closed to differences", closedForm, differences, errors),
      apart("autodiff to differences", autodiff, differences, errors),
    ]
  }
}

/// How numbers found in two ways compare: relative to the numbers themselves, and never a pass where nothing was compared.
///
/// A number that is a sum of terms which nearly cancel may be rounding alone. With t terms whose magnitudes add up to at
/// most C its rounding is t·2⁻⁵²·C. So a number smaller than that over the bound is measured against the floor
/// t·2⁻⁵²·C / bound: what rounding may do is then within the bound, and an error as large as the number itself is beyond it
/// wherever the number is above its own rounding.
struct Comparison {
  /// How far closed form, autodiff and differences may be apart, relative to the numbers compared: what differences can
  /// show of a derivative a thousand times smaller than the function that is differenced.
  static let agreement = 1e-8

  let terms: Int  // t: how many terms are added up in one of the numbers, at most

  /// The size below which a number says nothing about the bound, from C, the sum of the magnitudes of what is added up.
  private func floor(_ cancelled: Double) -> Double { Double(terms) * .ulpOfOne * cancelled / Self.agreement }

  /// How far corresponding tensors are apart: of each pair the largest difference of entries, relative to the largest entry.
  ///
  /// The worst pair; NaN, for which no bound holds, if there is no pair, or if one has no counterpart of its shape or no
  /// entries. For each pair `cancelled` has C, what cancels in its entries, and `errors` the error of an entry.
  func apart(
    _ way: String, _ a: [Tensor<Double>], _ b: [Tensor<Double>], cancelled: [Double], errors: [Double]
  ) -> ClaimResult.Finding {
    guard a.map(\.shape) == b.map(\.shape), cancelled.count == a.count, errors.count == a.count else {
      return .init(way, .nan)
    }
    let findings = a.indices.map { index in
      if a[index].count == 0 { return ClaimResult.Finding(way, .nan) }
      let size = [a[index].largestMagnitude, b[index].largestMagnitude].worst()
      return part(
        way, (a[index] - b[index]).largestMagnitude, of: size, cancelled: cancelled[index], error: errors[index])
    }
    return .worst(of: findings, way, bound: Self.agreement)
  }

  /// The size of a part that should be 0, relative to that of the whole; `cancelled` is C, what cancels in either.
  ///
  /// Decides nothing if the whole is itself no more than rounding, and so would be any part.
  func part(
    _ way: String, _ part: Double, of whole: Double, cancelled: Double, error: Double = 0
  ) -> ClaimResult.Finding {
    let rounding = Self.agreement * floor(cancelled)
    let size = [whole, floor(cancelled)].worst()
    if whole <= rounding && part <= rounding { return .init(way, size > 0 ? part / size : 0, resolution: .infinity) }
    return .init(way, part / size, resolution: error / size)
  }
}

extension Sequence<Double> {
  /// The largest number; NaN if any is NaN, which `max()` can overlook, and if there is none: no bound holds for nothing.
  func worst() -> Double {
    var iterator = makeIterator()
    guard var worst = iterator.next() else { return .nan }
    while let next = iterator.next() { worst = worst.isNaN || next.isNaN ? .nan : Swift.max(worst, next) }
    return worst
  }
}

extension [Double] {
  /// The mean; NaN if there is no number.
  var mean: Double { reduce(0, +) / Double(count) }
}

extension Tensor<Double> {
  /// The largest absolute value; 0 for a tensor without elements, NaN if an element is NaN.
  var largestMagnitude: Double { count == 0 ? 0 : scalars.lazy.map { abs($0) }.worst() }

  /// The Euclidean norm.
  var norm: Double { sumOfSquares().squareRoot() }

  /// One row, still with as many axes.
  func row(_ index: Int) -> Tensor { sliced(0, index..<index + 1) }

  /// w_j − w_1 of N rows, (N−1)×d.
  var rowDifferences: Tensor { sliced(0, 1..<shape[0]) - row(0) }

  /// How far it is from what it was, relative to that.
  func displacement(since start: Tensor) -> Double {
    ((self - start).sumOfSquares() / start.sumOfSquares()).squareRoot()
  }

  /// The rows of these numbers.
  func rows(_ numbers: [Int]) -> Tensor { gatheringRows(numbers.map { Int32($0) }) }
}

/// Pairs of corresponding elements: what `zip` gives, for lists that must be equally long.
package func paired<A, B>(_ a: [A], _ b: [B]) -> Zip2Sequence<[A], [B]> {
  precondition(a.count == b.count, "paired: \(a.count) and \(b.count) elements")
  return zip(a, b)
}
