import Tensors

/// How numbers found in two ways compare: relative to the numbers themselves, and never a pass where nothing was compared.
///
/// A number that is a sum of terms which nearly cancel may be rounding alone. With t terms whose magnitudes add up to at
/// most C its rounding is t·2⁻⁵²·C. So a number smaller than that over the bound is measured against the floor
/// t·2⁻⁵²·C / bound: what rounding may do is then within the bound, and an error as large as the number itself is beyond it
/// wherever the number is above its own rounding.
struct Comparison {
  /// What the claim's verdict allows, relative to the numbers compared.
  let bound: Double
  /// t: how many terms are added up in one of the numbers, at most.
  let terms: Int

  /// The size below which a number says nothing about the bound.
  ///
  /// - Parameter cancelled: C, the sum of the magnitudes of what is added up.
  /// - Returns: t·2⁻⁵²·C / bound.
  func floor(_ cancelled: Double) -> Double { Double(terms) * .ulpOfOne * cancelled / bound }

  /// How far corresponding tensors are apart: of each pair the largest difference of entries, relative to the largest entry.
  ///
  /// - Parameters:
  ///   - way: What the finding is called.
  ///   - a: Tensors found one way.
  ///   - b: As many of the same shapes, found another way.
  ///   - cancelled: For each pair C, what cancels in its entries.
  ///   - errors: For each pair the error of an entry, by the ways' own estimate.
  /// - Returns: The worst pair; NaN, for which no bound holds, if there is no pair, or if one has no counterpart of its
  ///   shape or no entries.
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
    return .worst(of: findings, way, bound: bound)
  }

  /// A part that should be 0, relative to the whole.
  ///
  /// - Parameters:
  ///   - way: What the finding is called.
  ///   - part: Its size.
  ///   - whole: The whole's size.
  ///   - cancelled: C, what cancels in either.
  ///   - error: The error of the part, by the way's own estimate.
  /// - Returns: A finding; one that decides nothing if the whole is itself no more than rounding, and so would be any part.
  func part(
    _ way: String, _ part: Double, of whole: Double, cancelled: Double, error: Double = 0
  ) -> ClaimResult.Finding {
    let rounding = bound * floor(cancelled)
    let size = [whole, floor(cancelled)].worst()
    if whole <= rounding && part <= rounding { return .init(way, size > 0 ? part / size : 0, resolution: .infinity) }
    return .init(way, part / size, resolution: error / size)
  }
}
