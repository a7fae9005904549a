import Kernels
import Tensors

/// y = softmax(x) along the last axis.
///
///     forward    y_j = exp(x_j) / Σ_i exp(x_i)
///     backward   dx_j = y_j (dy_j − Σ_i dy_i y_i)
///
/// Shapes: x and y …×N; rows of y sum to one.
///
/// Runs `Kernel.softmaxRows`, `Kernel.softmaxRowsBackward`; definition: `SoftmaxCases.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func softmax<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.softmax(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.softmaxPullback(output: y, workers: workers), to: dx)
  }
}

/// y = ln softmax(x) along the last axis.
///
///     forward    y_j = x_j − ln Σ_i exp(x_i)
///     backward   dx_j = dy_j − exp(y_j) Σ_i dy_i
///
/// Shapes: x and y …×N.
///
/// Runs `Kernel.logSoftmaxRows`, `Kernel.logSoftmaxRowsBackward`; definition: `SoftmaxCases.swift`.
public func logSoftmax<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.logSoftmax(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.logSoftmaxPullback(output: y, workers: workers), to: dx)
  }
}

/// The mean of −ln softmax(x)_target over rows: the loss of a language model, in nats.
///
///     forward    ℓ = (1/n) Σ_r (ln Σ_j exp(x_rj) − x_{r, target_r})
///     backward   dx_rj = dℓ/n (softmax(x_r)_j − [j = target_r])
///
/// Equation [loss] in NOTES.md.
///
/// Shapes: x n×V; targets n class indices 0 ..< V; ℓ a scalar.
///
/// Runs `Kernel.crossEntropyRows`; definition: `SoftmaxCases.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func crossEntropy<Scalar: Real>(_ logits: Variable<Scalar>, targets: [Int32]) -> Variable<Scalar> {
  let (rows, columns) = (logits.shape[0], logits.shape[1])
  precondition(
    logits.shape.rank == 2 && targets.count == rows && targets.allSatisfy { $0 >= 0 && Int($0) < columns },
    "crossEntropy: \(targets.count) targets for logits of shape \(logits.shape)")
  let (workers, dLogits) = (logits.tape.workers, Place(logits))
  let keepsProbabilities = logits.needsGradient
  let results = Tensor<Scalar>.tensors([[rows], keepsProbabilities ? logits.shape : [0]]) { results in
    logits.value.withUnsafePointer { x in
      Kernel.crossEntropyRows(
        logits: x, targets: targets, rows: rows, columns: columns,
        probabilities: keepsProbabilities ? results[1] : nil, losses: results[0], workers: workers)
    }
  }
  let (losses, probabilities) = (results[0], results[1])
  return logits.tape.record(Tensor(losses.mean()), from: logits) { upstream, gradients in
    let share = upstream.scalar / Scalar(rows)
    var gradient = probabilities.scaled(by: share, workers: workers)
    gradient.withUnsafeMutablePointer {
      Kernel.addSelected(nil, scale: -share, rows: rows, columns: columns, indices: targets, k: 1, to: $0)
    }
    gradients.add(gradient, to: dLogits)
  }
}
