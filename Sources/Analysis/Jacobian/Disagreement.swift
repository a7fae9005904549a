import Tensors

/// How far two matrices are apart: the largest difference of entries, relative to the largest entry of either.
///
/// - Parameters:
///   - a: A matrix.
///   - b: A matrix of the same shape.
/// - Returns: 0 for equal ones; infinite if a number is NaN.
public func disagreement(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
  precondition(a.shape == b.shape, "disagreement: shapes \(a.shape) and \(b.shape)")
  guard a.isFinite && b.isFinite else { return .infinity }
  let difference = (a - b).largestMagnitude
  return difference == 0 ? 0 : difference / max(a.largestMagnitude, b.largestMagnitude)
}

/// The largest disagreement of corresponding matrices.
///
/// - Parameters:
///   - a: Matrices.
///   - b: As many matrices of the same shapes.
/// - Returns: 0 for equal ones; infinite if a number is NaN or there are none.
public func disagreement(_ a: [Tensor<Double>], _ b: [Tensor<Double>]) -> Double {
  precondition(a.count == b.count, "disagreement: \(a.count) and \(b.count) matrices")
  return a.isEmpty ? .infinity : zip(a, b).map { disagreement($0, $1) }.worst()
}

extension Tensor<Double> {
  /// The largest absolute value; 0 for a tensor without elements, NaN if an element is NaN.
  var largestMagnitude: Double { count == 0 ? 0 : scalars.lazy.map { abs($0) }.worst() }
}
