import Tensors

/// y = relu(x), element by element.
///
///     forward    y = max(0, x)
///     backward   dx = dy where y > 0, zero elsewhere (at x = 0 the derivative is taken as 0)
///
/// Runs `Kernel.relu`, `Kernel.reluBackward`; definition: `ElementwiseCases.swift`.
///
/// - Parameter x: A variable of any shape.
/// - Returns: A variable of the same shape.
public func relu<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.relu(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.maskedByPositive(y, workers: workers), to: dx)
  }
}
