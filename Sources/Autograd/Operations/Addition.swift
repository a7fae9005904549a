import Tensors

/// z = x + y, element by element, for operands of any shapes that broadcast.
///
///     forward    z = x + y
///     backward   dx = dz,   dy = dz      (each summed over the axes along which its operand was repeated)
///
/// Runs `Kernel.add`; definition: `ElementwiseCases.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func + <Scalar: Real>(x: Variable<Scalar>, y: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx, dy) = (x.tape.workers, Place(x), Place(y))
  return x.tape.record(x.value.adding(y.value, workers: workers), from: x, y) { dz, gradients in
    gradients.add(dz.summed(to: dx.shape, workers: workers), to: dx)
    gradients.add(dz.summed(to: dy.shape, workers: workers), to: dy)
  }
}
