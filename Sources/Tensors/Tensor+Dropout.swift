import Kernels

extension Tensor {
  /// Returns the tensor with elements set to zero at random and the others divided by the probability to survive.
  ///
  /// - Parameters:
  ///   - rate: The probability to be set to zero, 0 ..< 1.
  ///   - key: Selects the mask; the same key drops the same elements.
  /// - Returns: A tensor of the same shape and expectation.
  public func droppingOut(rate: Scalar, key: UInt64, workers: Workers = .one) -> Tensor {
    Tensor(shape) { target in
      withUnsafePointer { Kernel.dropout($0, into: target, rate: rate, key: key, count: count, workers: workers) }
    }
  }
}
