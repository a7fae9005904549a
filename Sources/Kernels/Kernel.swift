/// Numerical loops over plain memory: no shapes, no allocation of results, no gradients.
///
/// Every kernel is written once for any ``Real`` and specialised for `Float` and `Double`. Matrices are row-major and,
/// where no stride is named, without gaps. Work is cut into tiles that depend on the sizes alone, and partial sums are
/// combined in tile order, so results are the same bits for any number of workers. In element-wise kernels and in
/// kernels over rows, the result may be the very memory of an argument of the same shape, but not overlap it otherwise.
public enum Kernel {
  /// The number of elements in a tile: large enough to pay for waking a thread, small enough for the second cache.
  static let tile = 16384

  /// Runs `body` for the tiles of 0 ..< `count`.
  ///
  /// - Parameter body: Receives the first element of a tile and the number of its elements.
  @inline(__always)
  static func forEachTile(of count: Int, workers: Workers, _ body: (_ start: Int, _ count: Int) -> Void) {
    workers.forEach((count + tile - 1) / tile) { index in
      let start = index &* tile
      body(start, min(tile, count &- start))
    }
  }

  /// The number of rows in a tile of a matrix.
  ///
  /// - Returns: The number of rows, from 1 to 512.
  static func rowsInTile(columns: Int) -> Int {
    min(512, max(1, tile / max(1, columns)))
  }

  /// Runs `body` for the tiles of a matrix.
  ///
  /// - Parameter body: Receives the number of a tile, and its rows.
  @inline(__always)
  static func forEachTile(
    rows: Int, columns: Int, workers: Workers, _ body: (_ tile: Int, _ rows: Range<Int>) -> Void
  ) {
    let height = rowsInTile(columns: columns)
    workers.forEach((rows + height - 1) / height) { tile in
      let start = tile &* height
      body(tile, Range(uncheckedBounds: (start, min(rows, start &+ height))))
    }
  }
}
