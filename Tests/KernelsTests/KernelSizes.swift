import Kernels
@testable import Kernels
@testable import Tensors

/// The sizes at which every kernel is held to its definition: on both sides of every boundary that a kernel has.
///
/// They follow from the lanes, tiles and blocks of the kernels themselves, so a boundary that moves is still met. No case
/// chooses its sizes: it names the kind of its argument and gets them all.
enum KernelSizes {
  /// The numbers of lanes of both scalars.
  static let lanes = [SIMD8<Double>.scalarCount, SIMD16<Float>.scalarCount]

  /// One less, the number itself and one more.
  static func around(_ number: Int) -> [Int] { [number - 1, number, number + 1] }

  private static func sorted(_ sizes: [Int]) -> [Int] { Set(sizes).sorted() }

  /// Lengths of arrays: none, 1 … 2 vectors + 1, four vectors (one turn of an unrolled loop), a tile, several tiles.
  static let lengths = sorted(
    [0, 1, 2, 3, 1000] + lanes.flatMap { around($0) + around(2 * $0) + around(4 * $0) } + around(Kernel.tile)
      + [3 * Kernel.tile + 17])

  /// Widths of rows: 1 … 2 vectors + 1, four vectors, model and vocabulary widths.
  static let widths = sorted(
    [1, 2, 3, 40, 72, 130, 205, 256] + lanes.flatMap { around($0) + around(2 * $0) + around(4 * $0) })

  /// Numbers of rows of a given width: none, one, more than a vector, a tile and a few of the next.
  static func rows(width: Int) -> [Int] { [0, 1, 9, 17, Kernel.rowsInTile(columns: width) + 3] }

  /// Sizes of matrix products: one row and one column, register tiles, panels, blocks of the depth, tiles of the result.
  static let products: [(rows: Int, depth: Int, columns: Int)] = {
    let small = [1, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33]
    var sizes: [(rows: Int, depth: Int, columns: Int)] = []
    for (index, rows) in small.enumerated() {
      for columns in small { sizes.append((rows, small[(index + columns) % small.count], columns)) }
    }
    let deepest = Tiling.deepest
    // A block of the depth is at most so long, a tile 128 to 512 rows and 128 or 512 columns.
    for (rows, depth, columns) in [
      (127, deepest - 1, 129), (128, deepest, 128), (129, deepest + 1, 127), (257, 2 * deepest + 1, 65), (513, 17, 127),
      (17, deepest + 1, 513), (1, deepest, 130), (1, deepest + 1, 33), (3, 3 * deepest + 1, 40), (70, 20, 260),
      // A's rows lie a multiple of 4 KiB apart; A and B are large enough to be fetched ahead.
      (9, 1024, 66), (260, 1024, 40),
    ] {
      sizes.append((rows, depth, columns))
    }
    return sizes
  }()

  /// Sizes of register tiles and panels: rows around four, six, eight and a vector's lanes, and depths.
  static let tiles: [(rows: Int, depth: Int)] = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 33].flatMap {
    rows in
    [1, 2, 17, 33].map { (rows, $0) }
  }

  /// Sizes of relative attention: heads narrower and wider than vectors, up to more than two groups of 128 queries.
  static let attentions: [AttentionSize] = {
    var sizes: [AttentionSize] = []
    for width in [1, 3, 8, 9, 16, 17, 20, 31, 33, 64] {
      sizes.append(AttentionSize(1, queries: 5, memory: 3, heads: 2, width: width))
      sizes.append(AttentionSize(2, queries: 33, memory: 17, heads: 2, width: width, dropout: 0.3))
      sizes.append(AttentionSize(2, queries: 1, memory: 40, heads: 2, width: width))
      sizes.append(AttentionSize(1, queries: 1, memory: 0, heads: 1, width: width, dropout: 0.5))
    }
    for (queries, memory) in [(31, 0), (32, 1), (64, 32), (65, 63), (127, 16), (128, 0), (129, 5), (160, 17), (261, 9)]
    {
      sizes.append(AttentionSize(1, queries: queries, memory: memory, heads: 1, width: 20))
      sizes.append(AttentionSize(1, queries: queries, memory: memory, heads: 2, width: 17, dropout: 0.2))
    }
    sizes.append(AttentionSize(1, queries: 130, memory: 130, heads: 1, width: 64))
    return sizes
  }()
}

/// Sizes of one relative attention.
struct AttentionSize: Sendable, CustomStringConvertible {
  let batch: Int  // B
  let queries: Int  // T
  let memory: Int  // M′
  let heads: Int  // H
  let headWidth: Int  // d_h
  let dropout: Double

  init(_ batch: Int, queries: Int, memory: Int, heads: Int, width: Int, dropout: Double = 0) {
    (self.batch, self.queries, self.memory, self.heads, headWidth) = (batch, queries, memory, heads, width)
    self.dropout = dropout
  }

  var keys: Int { memory + queries }
  var width: Int { heads * headWidth }
  var description: String {
    "B \(batch), T \(queries), M' \(memory), H \(heads), d_h \(headWidth), dropout \(dropout)"
  }
}
