import Kernels

extension Tensor {
  /// Returns tensors joined along an axis.
  ///
  /// - Parameters:
  ///   - parts: At least one tensor; all lengths but that of `axis` agree.
  ///   - axis: The axis, counted from the end if negative.
  /// - Returns: A tensor whose `axis` is as long as those of all parts together.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func concatenated(_ parts: [Tensor], axis: Int) -> Tensor {
    precondition(!parts.isEmpty, "concatenated: no tensors")
    let first = parts[0].shape
    let axis = first.normalized(axis)
    for part in parts {
      precondition(
        part.shape.rank == first.rank && part.shape.replacing(axis, with: 0) == first.replacing(axis, with: 0),
        "concatenated: shapes \(first) and \(part.shape) along axis \(axis)")
    }
    let total = parts.reduce(0) { $0 + $1.shape[axis] }
    let outer = first.count(0..<axis)
    let inner = first.count(axis + 1..<first.rank)
    return Tensor(first.replacing(axis, with: total)) { target in
      var column = 0
      for part in parts {
        let block = part.shape[axis] * inner
        part.withUnsafePointer { source in
          for row in 0..<outer {
            (target + row * total * inner + column).update(from: source + row * block, count: block)
          }
        }
        column += block
      }
    }
  }
}
