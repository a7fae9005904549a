import Tensors

/// z = x ⊙ y, element by element, for operands of any shapes that broadcast.
///
///     forward    z = x ⊙ y
///     backward   dx = dz ⊙ y,   dy = dz ⊙ x     (each summed over the axes along which its operand was repeated)
///
/// Runs `Kernel.multiply`; definition: `ElementwiseCases.swift`.
public func * <Scalar: Real>(x: Variable<Scalar>, y: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx, dy) = (x.tape.workers, Place(x), Place(y))
  let (xValue, yValue) = (x.value, y.value)
  return x.tape.record(xValue.multiplied(by: yValue, workers: workers), from: x, y) { dz, gradients in
    gradients.add(dz.multiplied(by: yValue, workers: workers).summed(to: dx.shape, workers: workers), to: dx)
    gradients.add(dz.multiplied(by: xValue, workers: workers).summed(to: dy.shape, workers: workers), to: dy)
  }
}
