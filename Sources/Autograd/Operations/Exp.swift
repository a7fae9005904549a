import Tensors

/// y = exp(x), element by element.
///
///     forward    y = eˣ
///     backward   dx = dy ⊙ y
///
/// Runs `Kernel.exp`; definition: `ExponentialCase.swift`.
///
/// - Parameter x: A variable of any shape.
/// - Returns: A variable of the same shape.
public func exp<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.exponential(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.multiplied(by: y, workers: workers), to: dx)
  }
}
