/// Copies blocks of a matrix into the order in which register tiles read them.
///
/// The block is cut into panels, each as many columns wide as a vector has lanes, and each panel is stored row after row
/// without gaps: the innermost loop then walks through memory from front to back, whatever the strides of the original.
/// What stands in columns beyond the edge is never used. The left factor is packed the same way, transposed.
enum Packing<S: Real> {
  /// The vectors of one row that are copied before the next row: long enough a stretch for the processor to fetch ahead.
  static var stretch: Int { 8 }

  /// Packs a block.
  ///
  /// - Parameters:
  ///   - source: The block's first element and strides.
  ///   - depth: The rows of the block.
  ///   - columns: The columns of the block.
  ///   - panels: Receives `depth` scalars for each column, the columns counted up to a multiple of the lanes.
  @inline(never)
  static func pack(_ source: MatrixOperand<S>, depth: Int, columns: Int, into panels: UnsafeMutablePointer<S>) {
    let lanes = S.Vector.scalarCount
    if source.columnStride == 1 {
      let whole = columns &- columns % lanes
      copyRows(source, depth, whole, panels)
      if whole < columns { copyElements(source.from(0, whole), depth, columns &- whole, panels + whole &* depth) }
      return
    }
    var column = 0
    while column < columns {
      let count = min(lanes, columns &- column)
      let (part, panel) = (source.from(0, column), panels + column &* depth)
      if source.rowStride == 1 && depth >= lanes {
        copyColumns(part, depth, count, panel)
      } else {
        copyElements(part, depth, count, panel)
      }
      column &+= lanes
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
        var column = first
        while column < end {
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

  /// Copies one panel of a matrix whose columns are contiguous, eight columns at a time.
  ///
  /// Eight vectors, one from each column, are riffled like a deck of cards: halves laid over each other three times bring
  /// the numbers from column order into row order.
  @inline(__always)
  private static func copyColumns(
    _ source: MatrixOperand<S>, _ depth: Int, _ columns: Int, _ panel: UnsafeMutablePointer<S>
  ) {
    let lanes = S.Vector.scalarCount
    let rowsPerVector = lanes / 8
    var column = 0
    while column < columns {
      // Missing columns repeat the last one.
      let (first, last) = (source.at(0, column), columns &- 1 &- column)
      var step = 0
      while step < depth {
        // At the end some rows are written twice.
        let row = min(step, depth &- lanes)
        @inline(__always) func load(_ index: Int) -> S.Vector {
          OneVector<S.Vector>(from: first + (row &+ min(index, last) &* source.columnStride)).v
        }
        let (a0, a1) = S.Vector.riffled(load(0), load(4))
        let (a2, a3) = S.Vector.riffled(load(1), load(5))
        let (a4, a5) = S.Vector.riffled(load(2), load(6))
        let (a6, a7) = S.Vector.riffled(load(3), load(7))
        let (b0, b1) = S.Vector.riffled(a0, a4)
        let (b2, b3) = S.Vector.riffled(a1, a5)
        let (b4, b5) = S.Vector.riffled(a2, a6)
        let (b6, b7) = S.Vector.riffled(a3, a7)
        let (c0, c1) = S.Vector.riffled(b0, b4)
        let (c2, c3) = S.Vector.riffled(b1, b5)
        let (c4, c5) = S.Vector.riffled(b2, b6)
        let (c6, c7) = S.Vector.riffled(b3, b7)
        let target = panel + (row &* lanes &+ column)
        @inline(__always) func store(_ vector: S.Vector, _ index: Int) {
          S.Vector.storeOctets(vector, to: target + index &* rowsPerVector &* lanes, stride: lanes)
        }
        store(c0, 0)
        store(c1, 1)
        store(c2, 2)
        store(c3, 3)
        store(c4, 4)
        store(c5, 5)
        store(c6, 6)
        store(c7, 7)
        step &+= lanes
      }
      column &+= 8
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
