import Kernels
import Tensors

/// The mean of −ln softmax(x)_target over rows: the loss of a language model, in nats.
///
///     forward    ℓ = (1/n) Σ_r (ln Σ_j exp(x_rj) − x_{r, target_r})
///     backward   dx_rj = dℓ/n (softmax(x_r)_j − [j = target_r])
///
/// Equation [loss] in NOTES.md.
///
/// Runs `Kernel.crossEntropyRows`; definition: `SoftmaxCases.swift`.
///
/// - Parameters:
///   - logits: x, n×V.
///   - targets: For each row the index of the right class, 0 ..< V.
/// - Returns: A scalar variable.
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
