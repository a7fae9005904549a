import Tensors

extension Variable {
  /// The same elements in row-major order under another shape.
  ///
  ///     forward    y = x
  ///     backward   dx = dy, in x's shape
  ///
  /// Any shape of as many elements.
  ///
  /// Runs no kernel: a view; definition: `TensorViewTests.swift`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func reshaped(_ shape: Shape) -> Variable {
    let dx = Place(self)
    return tape.record(value.reshaped(shape), from: self) { dy, gradients in
      gradients.add(dy.reshaped(dx.shape), to: dx)
    }
  }

  /// Two axes exchanged; a view.
  ///
  ///     forward    y_{…j…i…} = x_{…i…j…}
  ///     backward   dx_{…i…j…} = dy_{…j…i…}
  ///
  /// Shapes: x …×a×…×b×…, y …×b×…×a×…; axes count from the end if negative.
  ///
  /// Runs no kernel: a view; definition: `TensorViewTests.swift`.
  public func transposed(_ first: Int, _ second: Int) -> Variable {
    let dx = Place(self)
    return tape.record(value.transposed(first, second), from: self) { dy, gradients in
      gradients.add(dy.transposed(first, second), to: dx)
    }
  }

  /// A range of one axis; a view.
  ///
  ///     forward    y_{…a…} = x_{…(start+a)…}
  ///     backward   dx = dy inside the range, zero outside
  ///
  /// Shapes: x …×a×…, y …×b×… for b indices of the axis, which counts from the end if negative.
  ///
  /// Runs no kernel: a view; definition: `TensorViewTests.swift`.
  public func sliced(_ axis: Int, _ range: Range<Int>) -> Variable {
    let dx = Place(self)
    return tape.record(value.sliced(axis, range), from: self) { dy, gradients in
      let before = Tensor<Scalar>.zeros(dx.shape.replacing(axis, with: range.lowerBound))
      let after = Tensor<Scalar>.zeros(dx.shape.replacing(axis, with: dx.shape[axis] - range.upperBound))
      gradients.add(Tensor.concatenated([before, dy, after], axis: axis), to: dx)
    }
  }
}

/// Two variables joined along an axis.
///
///     forward    z = [x ; y]
///     backward   dx, dy = the two parts of dz
///
/// Shapes: x …×a×…, y …×b×…, z …×(a+b)×…; all lengths but that of `axis` agree, which counts from the end if negative.
///
/// Runs no kernel: rows are copied; definition: `TensorViewTests.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func concatenated<Scalar: Real>(
  _ x: Variable<Scalar>, _ y: Variable<Scalar>, axis: Int
) -> Variable<Scalar> {
  let (dx, dy) = (Place(x), Place(y))
  let value = Tensor.concatenated([x.value, y.value], axis: axis)
  return x.tape.record(value, from: x, y) { dz, gradients in
    let boundary = dx.shape[axis]
    gradients.add(dz.sliced(axis, 0..<boundary), to: dx)
    gradients.add(dz.sliced(axis, boundary..<dz.shape[axis]), to: dy)
  }
}
