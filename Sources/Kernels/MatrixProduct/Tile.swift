/// One tile of C, the work of one thread: blocks of depth, and in each of them panels of columns.
struct Tile<S: Real> {
  private let product: MatrixProduct<S>
  private let tiling: Tiling
  private let firstRow: Int
  private let firstColumn: Int
  private let rows: Int
  private let columns: Int

  /// Selects a tile.
  @inline(__always)
  init(_ index: Int, of product: MatrixProduct<S>, _ tiling: Tiling) {
    self.product = product
    self.tiling = tiling
    let (row, column) = index.quotientAndRemainder(dividingBy: tiling.columnTiles)
    firstRow = row &* tiling.rows
    firstColumn = column &* tiling.columns
    rows = min(tiling.rows, product.rows &- firstRow)
    columns = min(tiling.columns, product.columns &- firstColumn)
  }

  /// Computes the tile.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @inline(never)
  func compute() {
    if OneRow.suits(product) {
      return OneRow(product, tiling, columns: firstColumn..<firstColumn &+ columns).multiply()
    }
    let lanes = S.Vector.scalarCount
    let sizeOfA = tiling.packsA ? tiling.blockDepth &* roundedUp(rows) : 0
    // One panel of B and, for last columns that do not fill a vector, a piece of C.
    let hasEdge = columns % lanes > 0
    let sizeOfB = tiling.packsB || hasEdge ? tiling.blockDepth &* 2 &* lanes : 0
    let size = sizeOfA &+ sizeOfB &+ (hasEdge ? (lanes &+ 1) &* lanes : 0)
    if size == 0 {
      for block in 0..<tiling.blocks { computeBlock(block, nil, nil, nil) }
    } else {
      let bytes = BufferPool.blockSize(size &* MemoryLayout<S>.stride)
      let scratch = BufferPool.take(bytes)
      let packedA = scratch.bindMemory(to: S.self, capacity: size)
      let packedB = packedA + sizeOfA
      for block in 0..<tiling.blocks {
        computeBlock(block, tiling.packsA ? packedA : nil, sizeOfB > 0 ? packedB : nil, packedB + sizeOfB)
      }
      BufferPool.give(scratch, size: bytes)
    }
  }

  @inline(__always)
  private func roundedUp(_ count: Int) -> Int {
    (count &+ S.Vector.scalarCount &- 1) / S.Vector.scalarCount &* S.Vector.scalarCount
  }

  /// Adds the products of one block of the depth.
  @inline(__always)
  private func computeBlock(
    _ block: Int, _ packedA: UnsafeMutablePointer<S>?, _ packedB: UnsafeMutablePointer<S>?,
    _ edge: UnsafeMutablePointer<S>?
  ) {
    let lanes = S.Vector.scalarCount
    let firstStep = block &* tiling.blockDepth
    let depth = min(tiling.blockDepth, product.depth &- firstStep)
    let last = block == tiling.blocks &- 1

    var a = product.a.from(firstRow, firstStep)
    if let packedA {
      Packing<S>.pack(a.transposed, depth: depth, columns: rows, into: packedA)
      a = MatrixOperand(UnsafePointer(packedA), rowStride: 1, columnStride: lanes)
    }
    let b = product.b.from(firstStep, firstColumn)
    var column = 0
    while column < columns {
      let left = columns &- column
      let wide = RegisterTileShape.isWide && left >= 2 &* lanes
      let width = wide ? 2 &* lanes : lanes
      var panel = PanelPointer(pointer: b.at(0, column), rowStride: b.rowStride, step: lanes)
      var packing: UnsafeMutablePointer<S>?
      if product.b.panelStride > 0 {
        let panels = product.b.pointer + (firstColumn &+ column) / lanes &* product.b.panelStride
        panel = PanelPointer(
          pointer: panels + firstStep &* lanes, rowStride: lanes, step: product.b.panelStride)
      } else if left < width || b.columnStride != 1, let packedB {
        Packing<S>.pack(b.from(0, column), depth: depth, columns: min(left, width), into: packedB)
        panel = PanelPointer(pointer: UnsafePointer(packedB), rowStride: lanes, step: depth &* lanes)
      } else if tiling.packsB && rows > RegisterTileShape.tallest {
        packing = packedB
      }
      let c = product.c + (firstRow &* product.cRowStride &+ firstColumn &+ column)
      var epilogue = Epilogue(
        scale: product.scale, accumulate: product.accumulate || block > 0, bias: nil, relu: product.relu && last)
      if last, let bias = product.bias { epilogue.bias = bias + (firstColumn &+ column) }
      let upcoming = upcoming(block, column, width: width)
      if wide {
        Panel<TwoVectors<S.Vector>>(
          a: a, aStep: packedA == nil ? 0 : depth &* lanes, rows: rows, b: panel, depth: depth, c: c,
          cRowStride: product.cRowStride, columns: min(width, left), epilogue: epilogue
        ).multiply(packingInto: packing, upcoming: upcoming)
      } else {
        let narrow = Panel<OneVector<S.Vector>>(
          a: a, aStep: packedA == nil ? 0 : depth &* lanes, rows: rows, b: panel, depth: depth, c: c,
          cRowStride: product.cRowStride, columns: min(width, left), epilogue: epilogue)
        if left < width, let edge {
          narrow.multiplyEdge(edge)
        } else {
          narrow.multiply(packingInto: packing, upcoming: upcoming)
        }
      }
      column &+= width
    }
  }

  /// What the panel at `column` fetches: the first one the rows of A, each the panel of B after it, in this block of
  /// the depth or in the next.
  @inline(__always)
  private func upcoming(_ block: Int, _ column: Int, width: Int) -> Upcoming<S> {
    let firstStep = block &* tiling.blockDepth
    let depth = min(tiling.blockDepth, product.depth &- firstStep)
    var (rowsOfA, panelOfB) = (PrefetchedRows<S>.none, PrefetchedRows<S>.none)
    let tallest = RegisterTileShape.tallest
    if tiling.prefetchesA && column == 0 && rows > tallest {
      rowsOfA = PrefetchedRows(
        product.a.from(firstRow &+ tallest, firstStep), rows: rows &- tallest, columns: depth)
    }
    let next = column &+ width
    if tiling.prefetchesB && next < columns {
      panelOfB = PrefetchedRows(
        product.b.from(firstStep, firstColumn &+ next), rows: depth, columns: min(width, columns &- next))
    } else if tiling.prefetchesB && block &+ 1 < tiling.blocks {
      let nextStep = firstStep &+ depth
      panelOfB = PrefetchedRows(
        product.b.from(nextStep, firstColumn), rows: min(tiling.blockDepth, product.depth &- nextStep),
        columns: min(width, columns))
    }
    return Upcoming(a: rowsOfA, b: panelOfB, tiles: (rows &+ tallest &- 1) / tallest)
  }
}
