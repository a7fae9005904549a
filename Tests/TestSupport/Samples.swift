import Tensors

/// Returns independent normal numbers, the same for the same seed.
public func sample<Scalar: Real>(_ shape: Shape, seed: UInt64, scale: Double = 1) -> Tensor<Scalar> {
  var random = Random(seed: seed)
  return .normal(shape, standardDeviation: scale, random: &random)
}

extension Tensor {
  /// Returns an equal tensor whose elements lie elsewhere: views in which a kernel might read the wrong memory.
  public func asViews() -> [Tensor] {
    guard shape.rank > 0 else { return [self] }
    let last = shape.rank - 1
    let padding = Tensor(shape.replacing(last, with: 1), repeating: .nan)
    let inside = Tensor.concatenated([padding, self, padding], axis: last).sliced(last, 1..<1 + shape[last])
    let exchanged = transposed(0, last).contiguous().transposed(0, last)
    let rowPadding = Tensor(shape.replacing(0, with: 1), repeating: .nan)
    let shifted = Tensor.concatenated([rowPadding, self], axis: 0).sliced(0, 1..<1 + shape[0])
    return [inside, exchanged, shifted]
  }
}
