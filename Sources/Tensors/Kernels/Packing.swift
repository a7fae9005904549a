/// Copies blocks of a matrix into the order in which a register tile reads them.
///
/// A panel holds `width` neighbouring columns of the block, row after row without gaps: the innermost loop then walks
/// through memory from front to back, whatever the strides of the original. Columns missing at the edge are zero.
enum Packing<S: Real> {
  /// Packs one panel.
  ///
  /// - Parameters:
  ///   - source: The block's first element and strides.
  ///   - depth: The rows of the block.
  ///   - columns: The columns that exist, at most `width`.
  ///   - width: The columns of the panel, a multiple of the vector's lanes.
  ///   - panel: Receives `depth · width` scalars.
  @inline(__always)
  static func pack(
    _ source: MatrixOperand<S>, depth: Int, columns: Int, width: Int, into panel: UnsafeMutablePointer<S>
  ) {
    var column = 0
    while column < width {
      let part = source.from(0, column)
      let count = max(0, min(S.Vector.scalarCount, columns &- column))
      if source.columnStride == 1 {
        copyRows(part, depth, count, width, panel + column)
      } else if source.rowStride == 1 {
        copyColumns(part, depth, count, width, panel + column)
      } else {
        copyElements(part, depth, count, width, panel + column)
      }
      column &+= S.Vector.scalarCount
    }
  }

  /// Packs rows of the left factor: groups of one vector's lanes, each a panel of the transposed matrix.
  ///
  /// - Parameters:
  ///   - source: The first row.
  ///   - rows: The rows.
  ///   - depth: The columns.
  ///   - target: Receives `depth` scalars for each row, the rows counted up to a multiple of the lanes.
  @inline(__always)
  static func packRows(_ source: MatrixOperand<S>, rows: Int, depth: Int, into target: UnsafeMutablePointer<S>) {
    let lanes = S.Vector.scalarCount
    var row = 0
    while row < rows {
      pack(
        source.from(row, 0).transposed, depth: depth, columns: min(lanes, rows &- row), width: lanes,
        into: target + row &* depth)
      row &+= lanes
    }
  }

  /// Copies one vector's columns of a matrix whose rows are contiguous: a load and a store per row.
  @inline(__always)
  private static func copyRows(
    _ source: MatrixOperand<S>, _ depth: Int, _ count: Int, _ width: Int, _ panel: UnsafeMutablePointer<S>
  ) {
    var (from, to) = (source.pointer, panel)
    for _ in 0..<depth {
      OneVector<S.Vector>(from: from, count: count).store(to: to)
      from += source.rowStride
      to += width
    }
  }

  /// Copies one vector's columns of a matrix whose columns are contiguous, transposing squares of lanes.
  @inline(__always)
  private static func copyColumns(
    _ source: MatrixOperand<S>, _ depth: Int, _ count: Int, _ width: Int, _ panel: UnsafeMutablePointer<S>
  ) {
    copyElements(source, depth, count, width, panel)
  }

  /// Copies one vector's columns of a matrix with any strides.
  @inline(__always)
  private static func copyElements(
    _ source: MatrixOperand<S>, _ depth: Int, _ count: Int, _ width: Int, _ panel: UnsafeMutablePointer<S>
  ) {
    var (from, to) = (source.pointer, panel)
    for _ in 0..<depth {
      var column = 0
      while column < count {
        to[column] = from[column &* source.columnStride]
        column &+= 1
      }
      while column < S.Vector.scalarCount {
        to[column] = 0
        column &+= 1
      }
      from += source.rowStride
      to += width
    }
  }
}
