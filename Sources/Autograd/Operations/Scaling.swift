import Tensors

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
