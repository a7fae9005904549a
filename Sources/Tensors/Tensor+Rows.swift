import Kernels

extension Tensor {
  /// Returns chosen rows (indices of the first axis), in the given order.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func gatheringRows(_ indices: [Int32], workers: Workers = .one) -> Tensor {
    let rows = shape[0]
    let width = shape.count(1..<shape.rank)
    for index in indices {
      precondition(index >= 0 && Int(index) < rows, "gatheringRows: row \(index) of shape \(shape)")
    }
    return Tensor(shape.replacing(0, with: indices.count)) { target in
      withUnsafePointer {
        Kernel.gatherRows($0, width: width, indices: indices, count: indices.count, into: target, workers: workers)
      }
    }
  }

  /// Returns a tensor of zeros to whose rows the rows of this tensor are added, in their order.
  ///
  /// The transpose of ``gatheringRows(_:workers:)``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func scatteringRows(_ indices: [Int32], rows: Int) -> Tensor {
    precondition(indices.count == shape[0], "scatteringRows: \(indices.count) indices for shape \(shape)")
    let width = shape.count(1..<shape.rank)
    var result = Tensor.zeros(shape.replacing(0, with: rows))
    result.withUnsafeMutablePointer { target in
      withUnsafePointer { source in
        for (position, index) in indices.enumerated() {
          precondition(index >= 0 && Int(index) < rows, "scatteringRows: row \(index) of \(rows)")
          Kernel.addScaled(
            source + position * width, by: 1, to: target + Int(index) * width, count: width, workers: .one)
        }
      }
    }
    return result
  }

  /// Returns, for every row of the last axis, the indices of its k largest entries, largest first.
  ///
  /// Of equal entries the one with the lower index comes first, so a selection never depends on the algorithm. NaN
  /// counts as −infinity.
  ///
  /// - Parameter k: How many, 1 ... length of the last axis.
  public func topK(_ k: Int) -> [Int32] {
    let columns = shape[-1]
    precondition(k >= 1 && k <= columns, "topK: k = \(k) of shape \(shape)")
    let rows = count / columns
    return [Int32](unsafeUninitializedCapacity: rows * k) { target, initialized in
      withUnsafePointer { source in
        if let target = target.baseAddress { Kernel.topK(source, rows: rows, columns: columns, k: k, into: target) }
      }
      initialized = rows * k
    }
  }
}
