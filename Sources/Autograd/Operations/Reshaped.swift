import Tensors

extension Variable {
  /// The same elements in row-major order under another shape.
  ///
  ///     forward    y = x
  ///     backward   dx = dy, in x's shape
  ///
  /// Runs no kernel: a view; definition: `TensorViewTests.swift`.
  ///
  /// - Parameter shape: Any shape of as many elements.
  /// - Returns: A variable of that shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func reshaped(_ shape: Shape) -> Variable {
    let dx = Place(self)
    return tape.record(value.reshaped(shape), from: self) { dy, gradients in
      gradients.add(dy.reshaped(dx.shape), to: dx)
    }
  }
}
