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

/// y = c·x for a constant number c and x of any shape.
///
///     forward    y = c·x
///     backward   dx = c·dy
///
/// Runs `Kernel.scale`; definition: `ElementwiseCases.swift`.
public func * <Scalar: Real>(c: Scalar, x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  return x.tape.record(x.value.scaled(by: c, workers: workers), from: x) { dy, gradients in
    gradients.add(dy.scaled(by: c, workers: workers), to: dx)
  }
}
