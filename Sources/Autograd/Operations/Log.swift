import Tensors

/// y = ln(x), element by element.
///
///     forward    y = ln x
///     backward   dx = dy / x
///
/// Runs `Kernel.log`; definition: `ExponentialCase.swift`.
///
/// - Parameter x: A variable of any shape with positive elements.
/// - Returns: A variable of the same shape.
public func log<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx, xValue) = (x.tape.workers, Place(x), x.value)
  return x.tape.record(xValue.logarithm(workers: workers), from: x) { dy, gradients in
    gradients.add(dy.divided(by: xValue, workers: workers), to: dx)
  }
}
