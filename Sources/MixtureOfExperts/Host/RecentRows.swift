import Tensors

/// The last rows of a sequence that grows at its end: keys and values of a text that is read symbol by symbol.
///
/// Rows are written one behind the other into a buffer twice as long as what is kept. Where it ends, the rows that are kept
/// move to its beginning, which happens so seldom that adding a row costs writing it and moving one other.
package struct RecentRows<Scalar: Real>: Sendable {
  private var buffer: Tensor<Scalar>  // 1×2·limit×width
  private var kept = 0..<0
  /// The most rows that are kept, at least one.
  package let limit: Int

  /// Makes room for rows of a width.
  package init(limit: Int, width: Int) {
    self.limit = limit
    buffer = .zeros([1, 2 * limit, width])
  }

  /// How many rows are kept.
  package var count: Int { kept.count }

  /// The rows, 1×count×width: a view, which should be gone before more are added, or the buffer is copied.
  package var rows: Tensor<Scalar> { buffer.sliced(1, kept) }

  /// Adds rows 1×n×width, n ≤ limit, and forgets the oldest beyond the limit.
  package mutating func append(_ fresh: Tensor<Scalar>) {
    let (n, width) = (fresh.shape[1], buffer.shape[2])
    precondition(
      fresh.shape == [1, n, width] && n <= limit, "RecentRows: \(fresh.shape) appended to \(limit) rows of \(width)")
    kept = max(kept.lowerBound, kept.upperBound + n - limit)..<kept.upperBound
    let isFull = kept.upperBound + n > buffer.shape[1]
    buffer.withUnsafeMutablePointer { target in
      if isFull {
        target.update(from: target + kept.lowerBound * width, count: kept.count * width)
        kept = 0..<kept.count
      }
      fresh.withUnsafePointer { (target + kept.upperBound * width).update(from: $0, count: n * width) }
    }
    kept = kept.lowerBound..<kept.upperBound + n
  }
}
