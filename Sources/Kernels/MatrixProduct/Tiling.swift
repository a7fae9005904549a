/// How a product is cut into tiles, and which operands are packed.
///
/// Both are decided by the problem's sizes and strides alone, never by the number of threads.
struct Tiling {
  /// The rows of a tile; fewer in the last.
  let rows: Int
  /// The columns of a tile; fewer in the last.
  let columns: Int
  let columnTiles: Int
  /// The number of tiles.
  let count: Int
  let packsA: Bool
  let packsB: Bool
  /// Whether rows of A and panels of B are fetched from memory while those before them are worked on.
  let prefetchesA, prefetchesB: Bool
  /// The number of blocks that the depth is cut into, at least one.
  let blocks: Int
  /// The depth of a block; less in the last.
  let blockDepth: Int

  /// The depth of a block at most.
  ///
  /// One panel of B, as wide as the register tile, then fills half of the first-level cache. Rows of A and C need the
  /// rest. Vectors of Float and of Double are 64 bytes. Beyond 256 nothing was gained.
  static let deepest = min(256, Cache.firstLevel / 2 / (RegisterTileShape.isWide ? 128 : 64))

  /// Cuts a product.
  init<S: Real>(_ product: MatrixProduct<S>) {
    let size = MemoryLayout<S>.stride
    // Blocks end where cache lines do.
    let wanted = max(1, (product.depth &+ Self.deepest &- 1) / Self.deepest)
    blockDepth = ((product.depth &+ wanted &- 1) / wanted &+ 15) & ~15
    blocks = max(1, (product.depth &+ blockDepth &- 1) / max(1, blockDepth))

    // A is read one scalar at a time, so it need not be packed unless its lines lie so far apart that they fight for
    // the same places in the cache, and there are enough panels to pay for it.
    let a = product.a
    let spreadOfA = a.columnStride == 1 ? 0 : blockDepth &* a.columnStride &* size
    let fights = product.rows > 8 && a.columnStride == 1 && (a.rowStride &* size) % Cache.aliasing == 0
    packsA = product.columns > 64 && (spreadOfA > 32_768 || fights)
    // Packing an operand is paid for by the tile's extent along the other one: a tile is wide where A is packed and tall
    // where B has to be transposed. Otherwise it is small, about a million multiply-adds, so that there are many.
    let widest = packsA ? 512 : 128
    let rowsWanted = 1_048_576 / (max(1, blockDepth) &* min(widest, max(1, product.columns)))
    rows = max(product.b.columnStride == 1 ? 128 : 256, min(512, rowsWanted & ~15))
    // A large product that is a single tile would leave every thread but one idle: it becomes two.
    let isLone = product.rows <= rows && product.columns <= widest && product.columns >= 128
    let isLarge = product.rows &* product.columns &* product.depth >= 4 << 20
    columns = isLone && isLarge ? ((product.columns &+ 1) / 2 &+ 31) & ~31 : widest
    columnTiles = (product.columns &+ columns &- 1) / columns
    count = (product.rows &+ rows &- 1) / rows &* columnTiles

    // B is read a vector at a time: rows must be contiguous, and near each other if they are read again and again.
    let b = product.b
    packsB =
      b.panelStride == 0
      && (b.columnStride != 1 || (product.rows > 16 && blockDepth &* b.rowStride &* size > 32_768))
    // Smaller operands mostly come from the second-level cache, where fetching is not worth its instructions.
    prefetchesA = !packsA && a.columnStride == 1 && product.rows &* product.depth &* size >= 1 << 20
    prefetchesB = b.panelStride == 0 && product.depth &* product.columns &* size >= 1 << 17
  }
}
