import Tensors

extension Tensor where Scalar == Double {
  /// Returns the cosine of the angle between two tensors taken as vectors: x·y / (|x|·|y|).
  ///
  /// - Parameter other: A tensor of the same shape.
  /// - Returns: From −1 to 1; 0 if one of the two is zero.
  public func cosineSimilarity(to other: Tensor) -> Double {
    precondition(shape == other.shape, "cosineSimilarity: shapes \(shape) and \(other.shape)")
    let x = ScaledVectors(rowsOf: reshaped([1, count])).rows
    let y = ScaledVectors(rowsOf: other.reshaped([1, count])).rows
    let product = (x.sumOfSquares() * y.sumOfSquares()).squareRoot()
    return product > 0 ? max(-1, min(1, x.dot(y) / product)) : 0
  }
}
