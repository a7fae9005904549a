import Tensors

/// y = softmax(x) along the last axis.
///
///     forward    y_j = exp(x_j) / Σ_i exp(x_i)
///     backward   dx_j = y_j (dy_j − Σ_i dy_i y_i)
///
/// Runs `Kernel.softmaxRows`, `Kernel.softmaxRowsBackward`; definition: `SoftmaxCases.swift`.
///
/// - Parameter x: Logits, …×N.
/// - Returns: A variable …×N whose rows sum to one.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func softmax<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.softmax(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.softmaxPullback(output: y, workers: workers), to: dx)
  }
}
