import Kernels

extension Tensor {
  /// Returns −ln softmax(x)_target for every row.
  ///
  /// - Parameter targets: For each row the index of the right class.
  /// - Returns: One number for each row, in nats.
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
