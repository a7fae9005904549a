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
    let tall = product.a.columnStride == 1
    columns = min(max(1, product.columns), tall ? 128 : 512)
    rows = tall ? 512 : 256
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
    let blocks = max(1, (depth &+ Self.depthLimit &- 1) / Self.depthLimit)
    let blockDepth = (depth &+ blocks &- 1) / blocks
    let near = 32_768 / MemoryLayout<S>.stride
    let packsA = a.columnStride != 1 && columnCount > 64 && blockDepth &* a.columnStride > near
    let packsB = b.columnStride != 1 || (rowCount > 32 && blockDepth &* b.rowStride > near)
    let edge = columnCount % lanes
    let sizeOfA = packsA ? blockDepth &* ((rowCount &+ lanes &- 1) / lanes &* lanes) : 0
    let sizeOfB =
      packsB ? blockDepth &* ((columnCount &+ lanes &- 1) / lanes &* lanes) : edge > 0 ? blockDepth &* lanes : 0
    let bytes = BufferPool.blockSize((sizeOfA &+ sizeOfB) &* MemoryLayout<S>.stride)
    let scratch = BufferPool.take(bytes)
    defer { BufferPool.give(scratch, size: bytes) }
    let packedA = scratch.assumingMemoryBound(to: S.self)
    let packedB = packedA + sizeOfA

    for block in 0..<blocks {
      let firstK = block &* blockDepth
      let depth = min(blockDepth, depth &- firstK)
      let last = block == blocks &- 1
      var rowsOfA = a.from(firstRow, firstK)
      if packsA {
        Packing<S>.pack(rowsOfA.transposed, depth: depth, columns: rowCount, into: packedA)
        rowsOfA = MatrixOperand(UnsafePointer(packedA), rowStride: 1, columnStride: lanes)
      }
      let aStep = packsA ? depth &* lanes : 0
      let columnsOfB = b.from(firstK, firstColumn)
      if packsB {
        Packing<S>.pack(columnsOfB, depth: depth, columns: columnCount, into: packedB)
      } else if edge > 0 {
        Packing<S>.pack(columnsOfB.from(0, columnCount &- edge), depth: depth, columns: edge, into: packedB)
      }
      var column = 0
      while column < columnCount {
        let left = columnCount &- column
        let wide = RegisterTileShape.isWide && (packsB ? left > lanes : left >= 2 &* lanes)
        let width = wide ? 2 &* lanes : lanes
        let panelColumns = min(width, left)
        let panelOfB =
          packsB
          ? PanelPointer(pointer: UnsafePointer(packedB + column &* depth), rowStride: lanes, step: depth &* lanes)
          : left < lanes
            ? PanelPointer(pointer: UnsafePointer(packedB), rowStride: lanes, step: 0)
            : PanelPointer(pointer: columnsOfB.at(0, column), rowStride: b.rowStride, step: lanes)
        let target = c + (firstRow &* cRowStride &+ firstColumn &+ column)
        let epilogue = Epilogue(
          scale: scale, accumulate: accumulate || block > 0,
          bias: last ? bias.map { $0 + (firstColumn &+ column) } : nil, relu: relu && last)
        if wide {
          Panel<TwoVectors<S.Vector>>(
            a: rowsOfA, aStep: aStep, rows: rowCount, b: panelOfB, depth: depth, c: target,
            cRowStride: cRowStride, columns: panelColumns, epilogue: epilogue
          ).multiply()
        } else {
          Panel<OneVector<S.Vector>>(
            a: rowsOfA, aStep: aStep, rows: rowCount, b: panelOfB, depth: depth, c: target,
            cRowStride: cRowStride, columns: panelColumns, epilogue: epilogue
          ).multiply()
        }
        column &+= width
      }
    }
  }
}
