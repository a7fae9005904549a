import Tensors

extension Variable {
  /// A range of one axis; a view.
  ///
  ///     forward    y_{…a…} = x_{…(start+a)…}
  ///     backward   dx = dy inside the range, zero outside
  ///
  /// Runs no kernel: a view; definition: `TensorViewTests.swift`.
  ///
  /// - Parameters:
  ///   - axis: The axis, counted from the end if negative.
  ///   - range: Indices along the axis.
  /// - Returns: A variable …×a×… for a range of a indices.
  public func sliced(_ axis: Int, _ range: Range<Int>) -> Variable {
    let dx = Place(self)
    return tape.record(value.sliced(axis, range), from: self) { dy, gradients in
      let before = Tensor<Scalar>.zeros(dx.shape.replacing(axis, with: range.lowerBound))
      let after = Tensor<Scalar>.zeros(dx.shape.replacing(axis, with: dx.shape[axis] - range.upperBound))
      gradients.add(Tensor.concatenated([before, dy, after], axis: axis), to: dx)
    }
  }
}
