/// Copies blocks of a matrix into the order in which register tiles read them.
///
/// The block is cut into panels, each as many columns wide as a vector has lanes, and each panel is stored row after row
/// without gaps: the innermost loop then walks through memory from front to back, whatever the strides of the original.
/// What stands in columns beyond the edge is never used. The left factor is packed the same way, transposed.
enum Packing<S: Real> {
  /// The vectors of one row that are copied before the next row: long enough a stretch for the processor to fetch ahead.
  static var stretch: Int { 8 }

  /// The rows that one transposition yields.
  static var rowsAtOnce: Int { 16 / MemoryLayout<S>.stride }

  /// Packs a block.
  @inline(never)
  static func pack(_ source: MatrixOperand<S>, depth: Int, columns: Int, into panels: UnsafeMutablePointer<S>) {
    let lanes = S.Vector.scalarCount
    if source.columnStride == 1 {
      let whole = columns &- columns % lanes
      copyRows(source, depth, whole, panels)
      if whole < columns {
        for row in 0..<depth {
          copyFew(source.at(row, whole), to: panels + (whole &* depth &+ row &* lanes), count: columns &- whole)
        }
      }
      return
    }
    var column = 0
    while column < columns {
      let count = min(lanes, columns &- column)
      let (part, panel) = (source.from(0, column), panels + column &* depth)
      if source.rowStride == 1 && depth >= rowsAtOnce && count == lanes {
        copyColumns(part, depth, panel, isLast: column &+ 2 &* lanes > columns)
      } else {
        copyElements(part, depth, count, panel)
      }
      column &+= lanes
    }
  }

  /// The scalars that a packed matrix takes.
  static func size(depth: Int, columns: Int) -> Int {
    let lanes = S.Vector.scalarCount
    return depth &* ((columns &+ lanes &- 1) / lanes &* lanes)
  }

  /// Copies fewer scalars than a vector has lanes, in pieces of 32, 16, 8 and 4 bytes.
  @inline(__always)
  static func copyFew(_ source: UnsafePointer<S>, to target: UnsafeMutablePointer<S>, count: Int) {
    var (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
    let bytes = count &* MemoryLayout<S>.stride
    if bytes & 32 != 0 {
      to.storeBytes(of: from.loadUnaligned(as: SIMD4<UInt64>.self), as: SIMD4<UInt64>.self)
      from += 32
      to += 32
    }
    if bytes & 16 != 0 {
      to.storeBytes(of: from.loadUnaligned(as: SIMD2<UInt64>.self), as: SIMD2<UInt64>.self)
      from += 16
      to += 16
    }
    if bytes & 8 != 0 {
      to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
      from += 8
      to += 8
    }
    if bytes & 4 != 0 {
      to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
    }
  }

  /// Copies whole panels of a matrix whose rows are contiguous.
  @inline(__always)
  private static func copyRows(
    _ source: MatrixOperand<S>, _ depth: Int, _ columns: Int, _ panels: UnsafeMutablePointer<S>
  ) {
    let lanes = S.Vector.scalarCount
    var first = 0
    while first < columns {
      let end = min(columns, first &+ stretch &* lanes)
      var row = 0
      while row < depth {
        var (from, to) = (source.at(row, first), panels + (first &* depth &+ row &* lanes))
        let ahead = Prefetch.distance &* source.rowStride
        var column = first
        while column < end {
          Prefetch.line(from + ahead)
          OneVector<S.Vector>(from: from).store(to: to)
          from += lanes
          to += depth &* lanes
          column &+= lanes
        }
        row &+= 1
      }
      first = end
    }
  }

  /// Copies one whole panel of a matrix whose columns are contiguous.
  @inline(__always)
  private static func copyColumns(
    _ source: MatrixOperand<S>, _ depth: Int, _ panel: UnsafeMutablePointer<S>, isLast: Bool
  ) {
    let lanes = S.Vector.scalarCount
    var step = 0
    while step < depth {
      if step % lanes == 0 && !isLast {
        var line = source.pointer + (step &+ lanes &* source.columnStride)
        for _ in 0..<lanes {
          Prefetch.line(line)
          line += source.columnStride
        }
      }
      // At the end some rows are written twice.
      let row = min(step, depth &- rowsAtOnce)
      S.Vector.transpose(source.pointer + row, stride: source.columnStride, to: panel + row &* S.Vector.scalarCount)
      step &+= rowsAtOnce
    }
  }

  /// Copies one panel of a matrix with any strides.
  @inline(__always)
  private static func copyElements(
    _ source: MatrixOperand<S>, _ depth: Int, _ columns: Int, _ panel: UnsafeMutablePointer<S>
  ) {
    var to = panel
    for row in 0..<depth {
      var from = source.at(row, 0)
      var column = 0
      while column < columns {
        to[column] = from.pointee
        from += source.columnStride
        column &+= 1
      }
      to += S.Vector.scalarCount
    }
  }
}
