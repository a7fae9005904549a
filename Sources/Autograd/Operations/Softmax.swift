import Tensors

/// y = softmax(x) along the last axis.
///
///     forward    y_j = exp(x_j) / Σ_i exp(x_i)
///     backward   dx_j = y_j (dy_j − Σ_i dy_i y_i)
///
/// - Parameter x: A variable; its last axis holds the logits.
/// - Returns: A variable of the same shape whose rows sum to one.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func softmax<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.softmax(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.softmaxPullback(output: y, workers: workers), to: dx)
  }
}
