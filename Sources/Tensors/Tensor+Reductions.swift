import Kernels

extension Tensor {
  /// Returns the sum of all elements, added in an order that depends on their number alone.
  public func sum(workers: Workers = .one) -> Scalar {
    withUnsafePointer { Kernel.sum($0, count: count, workers: workers) }
  }

  /// Returns the mean of all elements; NaN if there are none.
  public func mean() -> Scalar { sum() / Scalar(count) }

  /// Returns the sum of the squares of all elements.
  public func sumOfSquares(workers: Workers = .one) -> Scalar {
    withUnsafePointer { Kernel.sumOfSquares($0, count: count, workers: workers) }
  }

  /// Returns the sum of the products of corresponding elements.
  public func dot(_ other: Tensor, workers: Workers = .one) -> Scalar {
    precondition(shape == other.shape, "dot: shapes \(shape) and \(other.shape)")
    return withUnsafePointer { x in
      other.withUnsafePointer { Kernel.dot(x, $0, count: count, workers: workers) }
    }
  }

  /// Whether no element is NaN or infinite.
  public var isFinite: Bool { withUnsafePointer { Kernel.allFinite($0, count: count) } }

  /// Returns sums along an axis, which disappears.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sum(axis: Int, workers: Workers = .one) -> Tensor {
    let axis = shape.normalized(axis)
    let outer = shape.count(0..<axis)
    let length = shape[axis]
    let inner = shape.count(axis + 1..<shape.rank)
    return Tensor(shape.removing(axis)) { target in
      withUnsafePointer { source in
        if inner == 1 {
          Kernel.rowSums(source, rows: outer, columns: length, into: target, workers: workers)
          return
        }
        for block in 0..<outer {
          Kernel.columnSums(
            source + block * length * inner, rows: length, columns: inner, rowStride: inner,
            into: target + block * inner, accumulate: false, workers: workers)
        }
      }
    }
  }

  /// Returns means along an axis, which disappears.
  public func mean(axis: Int) -> Tensor {
    sum(axis: axis).scaled(by: 1 / Scalar(shape[axis]))
  }

  /// Returns sums over all axes that broadcasting to this tensor's shape repeated: the transpose of broadcasting.
  public func summed(to target: Shape, workers: Workers = .one) -> Tensor {
    if target == shape { return self }
    precondition(target.broadcast(with: shape, in: "summed") == shape, "summed: \(shape) to \(target)")
    var result = self
    while result.shape.rank > target.rank { result = result.sum(axis: 0, workers: workers) }
    for axis in 0..<target.rank where target[axis] == 1 && result.shape[axis] != 1 {
      result = result.sum(axis: axis, workers: workers).reshaped(result.shape.replacing(axis, with: 1))
    }
    return result
  }
}
