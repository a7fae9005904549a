/// How a product is cut into tiles; decided by its sizes and strides, never by the number of threads.
struct Tiling {
  let rows: Int
  let columns: Int
  let rowTiles: Int
  let columnTiles: Int

  var count: Int { rowTiles &* columnTiles }

  /// Cuts a product.
  ///
  /// - Parameter product: The product.
  init<S: Real>(_ product: MatrixProduct<S>) {
    columns = min(max(1, product.columns), 128)
    let area = 8_388_608 / max(1, product.depth)
    rows = max(64, min(512, (area / columns) & ~15))
    rowTiles = (product.rows &+ rows &- 1) / rows
    columnTiles = (product.columns &+ columns &- 1) / columns
  }
}

extension MatrixProduct {
  /// The longest stretch of the depth that is summed in registers; a panel of B this deep fills half the first-level
  /// cache.
  static var depthLimit: Int { 1024 / MemoryLayout<S>.stride }

  /// Computes one tile of C.
  ///
  /// - Parameters:
  ///   - index: The number of the tile.
  ///   - tiling: How the product is cut.
  @specialized(where S == Float)
  @specialized(where S == Double)
  @inline(never)
  func computeTile(_ index: Int, of tiling: Tiling) {
    let (tileRow, tileColumn) = index.quotientAndRemainder(dividingBy: tiling.columnTiles)
    let (firstRow, firstColumn) = (tileRow &* tiling.rows, tileColumn &* tiling.columns)
    let rowCount = min(tiling.rows, rows &- firstRow)
    let columnCount = min(tiling.columns, columns &- firstColumn)
    let lanes = S.Vector.scalarCount
    let packsB = b.columnStride != 1 || rowCount > 32
    let packsA = a.columnStride != 1 && columnCount > 64
    let blocks = max(1, (depth &+ Self.depthLimit &- 1) / Self.depthLimit)
    let blockDepth = (depth &+ blocks &- 1) / blocks
    let bytes = BufferPool.blockSize(
      (blockDepth &* (packsA ? rowCount &+ lanes : 0) &+ blockDepth &* 2 &* lanes) &* MemoryLayout<S>.stride)
    let scratch = BufferPool.take(bytes)
    defer { BufferPool.give(scratch, size: bytes) }
    let packedB = scratch.assumingMemoryBound(to: S.self)
    let packedA = packedB + blockDepth &* 2 &* lanes

    for block in 0..<blocks {
      let firstK = block &* blockDepth
      let depth = min(blockDepth, depth &- firstK)
      let last = block == blocks &- 1
      var rowsOfA = a.from(firstRow, firstK)
      if packsA {
        Packing<S>.packRows(rowsOfA, rows: rowCount, depth: depth, into: packedA)
        rowsOfA = MatrixOperand(UnsafePointer(packedA), rowStride: 1, columnStride: lanes)
      }
      let aStep = packsA ? depth &* lanes : 0
      var column = 0
      while column < columnCount {
        let left = columnCount &- column
        let wide = RegisterTileShape.isWide && left > lanes
        let width = wide ? 2 &* lanes : lanes
        let panelColumns = min(width, left)
        var panelOfB = b.from(firstK, firstColumn &+ column)
        if packsB || panelColumns < width {
          Packing<S>.pack(panelOfB, depth: depth, columns: panelColumns, width: width, into: packedB)
          panelOfB = MatrixOperand(UnsafePointer(packedB), rowStride: width)
        }
        let target = c + (firstRow &* cRowStride &+ firstColumn &+ column)
        let epilogue = Epilogue(
          scale: scale, accumulate: accumulate || block > 0,
          bias: last ? bias.map { $0 + (firstColumn &+ column) } : nil, relu: relu && last)
        if wide {
          Panel<TwoVectors<S.Vector>>(
            a: rowsOfA, aStep: aStep, rows: rowCount, b: panelOfB.pointer, bRowStride: panelOfB.rowStride, depth: depth,
            c: target, cRowStride: cRowStride, columns: panelColumns, epilogue: epilogue
          ).multiply()
        } else {
          Panel<OneVector<S.Vector>>(
            a: rowsOfA, aStep: aStep, rows: rowCount, b: panelOfB.pointer, bRowStride: panelOfB.rowStride, depth: depth,
            c: target, cRowStride: cRowStride, columns: panelColumns, epilogue: epilogue
          ).multiply()
        }
        column &+= width
      }
    }
  }
}
