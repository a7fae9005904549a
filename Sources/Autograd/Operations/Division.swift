import Tensors

/// z = x / y, element by element, for operands of any shapes that broadcast.
///
///     forward    z = x / y
///     backward   dx = dz / y,   dy = −dz ⊙ z / y     (each summed over the axes along which its operand was repeated)
///
/// Runs `Kernel.divide`; definition: `ElementwiseCases.swift`.
public func / <Scalar: Real>(x: Variable<Scalar>, y: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx, dy) = (x.tape.workers, Place(x), Place(y))
  let yValue = y.value
  let z = x.value.divided(by: yValue, workers: workers)
  return x.tape.record(z, from: x, y) { dz, gradients in
    let quotient = dz.divided(by: yValue, workers: workers)
    gradients.add(quotient.summed(to: dx.shape, workers: workers), to: dx)
    gradients.add(
      quotient.multiplied(by: z, workers: workers).summed(to: dy.shape, workers: workers).scaled(by: -1), to: dy)
  }
}
