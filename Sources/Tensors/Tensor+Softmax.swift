import Kernels

extension Tensor {
  /// Returns exp(x_j) / Σ exp(x_i) along the last axis.
  ///
  /// The largest element of every row is subtracted first, so entries of any size are safe; −infinity gives 0.
  public func softmax(workers: Workers = .one) -> Tensor {
    mapRows { Kernel.softmaxRows($0, rows: $1, columns: $2, into: $3, workers: workers) }
  }

  /// Returns x_j − ln Σ exp(x_i) along the last axis.
  public func logSoftmax(workers: Workers = .one) -> Tensor {
    mapRows { Kernel.logSoftmaxRows($0, rows: $1, columns: $2, into: $3, workers: workers) }
  }

  /// Returns the entropy −Σ s_j ln s_j of s = softmax(x) along the last axis, in nats.
  public func softmaxEntropies() -> [Double] {
    let (columns, rows) = (shape[-1], count / max(1, shape[-1]))
    return [Double](unsafeUninitializedCapacity: rows) { entropies, initialized in
      withUnsafePointer { x in
        if let target = entropies.baseAddress {
          Kernel.softmaxEntropyRows(x, rows: rows, columns: columns, into: target)
        }
      }
      initialized = rows
    }
  }

  /// Returns y ⊙ (dy − Σ dy ⊙ y) along the last axis: the gradient of softmax's input.
  public func softmaxPullback(output: Tensor, workers: Workers = .one) -> Tensor {
    pullRows(output) { Kernel.softmaxRowsBackward(output: $0, $1, rows: $2, columns: $3, into: $4, workers: workers) }
  }

  /// Returns dy − exp(y) Σ dy along the last axis: the gradient of log-softmax's input.
  public func logSoftmaxPullback(output: Tensor, workers: Workers = .one) -> Tensor {
    pullRows(output) {
      Kernel.logSoftmaxRowsBackward(output: $0, $1, rows: $2, columns: $3, into: $4, workers: workers)
    }
  }

  private func pullRows(
    _ output: Tensor,
    _ kernel: (UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int, Int, UnsafeMutablePointer<Scalar>) -> Void
  ) -> Tensor {
    precondition(output.shape == shape, "softmaxPullback: shapes \(output.shape) and \(shape)")
    return Tensor(shape) { target in
      output.withUnsafePointer { y in
        withUnsafePointer { dy in kernel(y, dy, count / shape[-1], shape[-1], target) }
      }
    }
  }

  private func mapRows(
    _ kernel: (UnsafePointer<Scalar>, Int, Int, UnsafeMutablePointer<Scalar>) -> Void
  ) -> Tensor {
    precondition(shape.rank > 0 && shape[-1] > 0, "softmax: no last axis in shape \(shape)")
    return Tensor(shape) { target in
      withUnsafePointer { kernel($0, count / shape[-1], shape[-1], target) }
    }
  }

  /// Returns −ln softmax(x)_target for every row: one number for each row, in nats.
  public func crossEntropies(targets: [Int32], workers: Workers = .one) -> [Scalar] {
    let (rows, columns) = (shape[0], shape[1])
    precondition(
      shape.rank == 2 && targets.count == rows && targets.allSatisfy { $0 >= 0 && Int($0) < columns },
      "crossEntropies: \(targets.count) targets for logits of shape \(shape)")
    return [Scalar](unsafeUninitializedCapacity: rows) { losses, initialized in
      withUnsafePointer { x in
        if let losses = losses.baseAddress {
          Kernel.crossEntropyRows(
            logits: x, targets: targets, rows: rows, columns: columns, probabilities: nil, losses: losses,
            workers: workers)
        }
      }
      initialized = rows
    }
  }
}
