import Tensors

/// z = x − y, element by element, for operands of any shapes that broadcast.
///
///     forward    z = x − y
///     backward   dx = dz,   dy = −dz     (each summed over the axes along which its operand was repeated)
///
/// Runs `Kernel.subtract`; definition: `ElementwiseCases.swift`.
public func - <Scalar: Real>(x: Variable<Scalar>, y: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx, dy) = (x.tape.workers, Place(x), Place(y))
  return x.tape.record(x.value.subtracting(y.value, workers: workers), from: x, y) { dz, gradients in
    gradients.add(dz.summed(to: dx.shape, workers: workers), to: dx)
    gradients.add(dz.summed(to: dy.shape, workers: workers).scaled(by: -1, workers: workers), to: dy)
  }
}
