/// Rows, or columns, that lie in memory without gaps.
struct PrefetchedRows<S: Real> {
  private var row: UnsafePointer<S>?
  private(set) var count = 0
  private var stride = 0
  private var width = 0

  /// No rows.
  static var none: PrefetchedRows { PrefetchedRows() }

  private init() {}

  /// Describes the rows or the columns of a matrix, whichever are contiguous.
  ///
  /// - Parameter matrix: The first element and the strides.
  @inline(__always)
  init(_ matrix: MatrixOperand<S>, rows: Int, columns: Int) {
    row = matrix.pointer
    if matrix.columnStride == 1 {
      (count, width, stride) = (rows, columns, matrix.rowStride)
    } else if matrix.rowStride == 1 {
      (count, width, stride) = (columns, rows, matrix.columnStride)
    }
  }

  /// Fetches the next rows.
  ///
  /// - Parameter wanted: How many, if there are so many left.
  @inline(__always)
  mutating func fetch(_ wanted: Int) {
    guard count > 0, var first = row else { return }
    let share = min(wanted, count)
    for _ in 0..<share {
      var column = 0
      while column < width {
        Prefetch.distantLine(first + column)
        column &+= S.Vector.scalarCount
      }
      first += stride
    }
    row = first
    count &-= share
  }
}
