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
  @inline(__always)
  static func forEachTile(of count: Int, workers: Workers, _ body: (_ start: Int, _ count: Int) -> Void) {
    workers.forEach((count + tile - 1) / tile) { index in
      let start = index &* tile
      body(start, min(tile, count &- start))
    }
  }

  /// The number of rows in a tile of a matrix.
  static func rowsInTile(columns: Int) -> Int {
    min(512, max(1, tile / max(1, columns)))
  }

  /// Runs `body` for the tiles of a matrix, each with its number and its rows.
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

/// The loops that kernels are made of.
extension Kernel {
  /// Runs `body` for the vectors that make up `count` elements.
  ///
  /// The body is compiled twice: once for whole vectors, once for the last, incomplete one. A closure would be called
  /// for every vector; pass a local function marked `@inline(__always)`.
  @inline(__always)
  static func forEachVector<S: Real>(of scalar: S.Type, count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    let lanes = S.Vector.scalarCount
    var i = 0
    while i &+ lanes <= count {
      body(i, lanes)
      i = i &+ lanes
    }
    if i < count { body(i, count &- i) }
  }

  /// Folds the vectors that make up `count` elements into four accumulators, in a fixed order.
  @inline(__always)
  static func fold<V: Lanes>(
    count: Int, from initial: V, step: (_ accumulator: V, _ start: Int, _ count: Int) -> V, combine: (V, V) -> V
  ) -> V {
    let lanes = V.scalarCount
    var (a, b, c, d) = (initial, initial, initial, initial)
    var i = 0
    while i &+ 4 &* lanes <= count {
      a = step(a, i, lanes)
      b = step(b, i &+ lanes, lanes)
      c = step(c, i &+ 2 &* lanes, lanes)
      d = step(d, i &+ 3 &* lanes, lanes)
      i = i &+ 4 &* lanes
    }
    while i &+ lanes <= count {
      a = step(a, i, lanes)
      i = i &+ lanes
    }
    if i < count { b = step(b, i, count &- i) }
    return combine(combine(a, b), combine(c, d))
  }

  /// Folds the vectors that make up `count` elements into a sum.
  @inline(__always)
  static func accumulate<V: Lanes>(count: Int, step: (_ sum: V, _ start: Int, _ count: Int) -> V) -> V
  where V.Scalar: Real {
    fold(count: count, from: V.splat(0), step: step, combine: { V.plus($0, $1) })
  }

  /// Returns the vector at `p + start` of which `count` elements exist; the other lanes are `fill`.
  @inline(__always)
  static func read<S: Real>(_ p: UnsafePointer<S>, _ start: Int, _ count: Int, fill: S = 0) -> S.Vector {
    if count == S.Vector.scalarCount { return S.Vector.load(p + start) }
    return S.Vector.load(p + start, count: count, fill: fill)
  }

  /// Writes the first `count` lanes of a vector to `p + start`.
  @inline(__always)
  static func write<S: Real>(_ vector: S.Vector, _ p: UnsafeMutablePointer<S>, _ start: Int, _ count: Int) {
    if count == S.Vector.scalarCount {
      S.Vector.store(vector, to: p + start)
    } else {
      S.Vector.store(vector, to: p + start, count: count)
    }
  }

  /// Adds `height` rows in pairs, the pairs in pairs and so on; the sum is left in the first row.
  @inline(__always)
  static func sumPairwise<S: Real>(_ partials: UnsafeMutablePointer<S>, height: Int, width: Int) {
    var step = 1
    while step < height {
      var row = 0
      while row &+ step < height {
        let left = partials + row &* width
        let right = left + step &* width
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.plus(read(left, i, n), read(right, i, n)), left, i, n)
        }
        forEachVector(of: S.self, count: width, body)
        row = row &+ 2 &* step
      }
      step = 2 &* step
    }
  }
}
