import Tensors

/// y = ln softmax(x) along the last axis.
///
///     forward    y_j = x_j − ln Σ_i exp(x_i)
///     backward   dx_j = dy_j − exp(y_j) Σ_i dy_i
///
/// Runs `Kernel.logSoftmaxRows`, `Kernel.logSoftmaxRowsBackward`; definition: `SoftmaxCases.swift`.
///
/// - Parameter x: Logits, …×N.
/// - Returns: A variable …×N.
public func logSoftmax<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.logSoftmax(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.logSoftmaxPullback(output: y, workers: workers), to: dx)
  }
}
