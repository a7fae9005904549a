import Tensors

@testable import Jacobian

/// How far two matrices are apart: the largest difference of entries, relative to the largest entry of either.
///
/// - Parameters:
///   - a: A matrix.
///   - b: A matrix of the same shape.
/// - Returns: 0 for equal ones; infinite if shapes differ, if a number is NaN or if there are none.
func disagreement(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
  guard a.shape == b.shape && a.count > 0 && a.isFinite && b.isFinite else { return .infinity }
  let difference = (a - b).largestMagnitude
  return difference == 0 ? 0 : difference / max(a.largestMagnitude, b.largestMagnitude)
}

/// The largest disagreement of corresponding matrices.
///
/// - Parameters:
///   - a: Matrices.
///   - b: As many matrices of the same shapes.
/// - Returns: 0 for equal ones; infinite if there are not as many, if two do not compare, or if there are none.
func disagreement(_ a: [Tensor<Double>], _ b: [Tensor<Double>]) -> Double {
  a.isEmpty || a.count != b.count ? .infinity : paired(a, b).map { disagreement($0, $1) }.worst()
}
