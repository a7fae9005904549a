import Tensors

/// y = Σ x over all elements.
///
///     forward    y = Σ x_i
///     backward   dx_i = dy
///
/// Any shape; y is a scalar.
///
/// Runs `Kernel.sum`; definition: `SumCases.swift`.
public func sum<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let dx = Place(x)
  return x.tape.record(Tensor(x.value.sum(workers: x.tape.workers)), from: x) { dy, gradients in
    gradients.add(Tensor(dx.shape, repeating: dy.scalar), to: dx)
  }
}

/// y = Σ x along one axis, which disappears.
///
///     forward    y_{…} = Σ_a x_{…a…}
///     backward   dx_{…a…} = dy_{…}
///
/// Shapes: x …×a×…, y …×…, of one rank less; the axis counts from the end if negative.
///
/// Runs `Kernel.rowSums`, `Kernel.columnSums`; definition: `SumCases.swift`.
public func sum<Scalar: Real>(_ x: Variable<Scalar>, axis: Int) -> Variable<Scalar> {
  let dx = Place(x)
  return x.tape.record(x.value.sum(axis: axis, workers: x.tape.workers), from: x) { dy, gradients in
    let kept = dy.reshaped(dx.shape.replacing(axis, with: 1))
    gradients.add(kept.broadcast(to: dx.shape).contiguous(), to: dx)
  }
}
