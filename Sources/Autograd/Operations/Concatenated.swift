import Tensors

/// Two variables joined along an axis.
///
///     forward    z = [x ; y]
///     backward   dx, dy = the two parts of dz
///
/// Runs no kernel: rows are copied; definition: `TensorViewTests.swift`.
///
/// - Parameters:
///   - x: The first part, …×a×….
///   - y: The second part, …×b×…; all lengths but that of `axis` agree.
///   - axis: The axis, counted from the end if negative.
/// - Returns: A variable …×(a+b)×….
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
