import Tensors

/// y = Σ x over all elements.
///
///     forward    y = Σ x_i
///     backward   dx_i = dy
///
/// Runs `Kernel.sum`; definition: `SumCases.swift`.
///
/// - Parameter x: A variable of any shape.
/// - Returns: A scalar variable.
public func sum<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let dx = Place(x)
  return x.tape.record(Tensor(x.value.sum(workers: x.tape.workers)), from: x) { dy, gradients in
    gradients.add(Tensor(dx.shape, repeating: dy.scalar), to: dx)
  }
}
