import Kernels

extension Tensor {
  /// Returns, for every row of the last axis, the indices of its k largest entries, largest first.
  ///
  /// Of equal entries the one with the lower index comes first, so a selection never depends on the algorithm. NaN
  /// counts as −infinity.
  ///
  /// - Parameter k: How many, 1 ... length of the last axis.
  /// - Returns: Row-major indices, k for each row.
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
