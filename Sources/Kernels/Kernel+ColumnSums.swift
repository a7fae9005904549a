extension Kernel {
  /// Computes y_c = Σ_r x_rc, or adds it to y_c.
  ///
  /// Rows are added in order within a tile, tiles in pairs.
  ///
  /// - Parameters:
  ///   - x: rows×columns numbers.
  ///   - rowStride: The distance from a row to the next, in elements.
  ///   - y: `columns` sums.
  ///   - accumulate: Whether the sums are added to what `y` holds.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func columnSums<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, rowStride: Int, into y: UnsafeMutablePointer<S>, accumulate: Bool,
    workers: Workers
  ) {
    let height = rowsInTile(columns: columns)
    let tiles = max(1, (rows + height - 1) / height)
    let partials = UnsafeMutablePointer<S>.allocate(capacity: tiles * columns)
    defer { partials.deallocate() }
    if rows == 0 { partials.update(repeating: 0, count: columns) }
    forEachTile(rows: rows, columns: columns, workers: workers) { tile, rows in
      sumColumns(
        x + rows.lowerBound &* rowStride, rows: rows.count, columns: columns, rowStride: rowStride,
        into: partials + tile &* columns)
    }
    sumPairwise(partials, height: tiles, width: columns)
    @inline(__always) func body(_ i: Int, _ n: Int) {
      let sum = read(partials, i, n)
      write(accumulate ? S.Vector.plus(read(y, i, n), sum) : sum, y, i, n)
    }
    forEachVector(of: S.self, count: columns, body)
  }

  /// Sums the columns of one tile.
  ///
  /// - Parameters:
  ///   - x: The first row.
  ///   - rowStride: The distance from a row to the next, in elements.
  ///   - y: `columns` sums; overwritten.
  @inline(__always)
  private static func sumColumns<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, rowStride: Int, into y: UnsafeMutablePointer<S>
  ) {
    let lanes = S.Vector.scalarCount
    if columns == rowStride && columns < lanes && lanes % columns == 0 {
      // A vector holds several rows: their columns repeat in its lanes.
      let sums = accumulate(count: rows &* columns) { sum, i, n in
        S.Vector.plus(sum, read(x, i, n))
      }
      for column in 0..<columns { y[column] = 0 }
      for lane in 0..<lanes { y[lane & (columns &- 1)] += sums[lane] }
      return
    }
    var i = 0
    while i &+ 4 &* lanes <= columns {
      var (a, b, c, d) = (S.Vector.splat(0), S.Vector.splat(0), S.Vector.splat(0), S.Vector.splat(0))
      var p = x + i
      for _ in 0..<rows {
        a = S.Vector.plus(a, S.Vector.load(p))
        b = S.Vector.plus(b, S.Vector.load(p + lanes))
        c = S.Vector.plus(c, S.Vector.load(p + 2 &* lanes))
        d = S.Vector.plus(d, S.Vector.load(p + 3 &* lanes))
        p += rowStride
      }
      S.Vector.store(a, to: y + i)
      S.Vector.store(b, to: y + i + lanes)
      S.Vector.store(c, to: y + i + 2 &* lanes)
      S.Vector.store(d, to: y + i + 3 &* lanes)
      i = i &+ 4 &* lanes
    }
    let (rest, y) = (x + i, y + i)
    @inline(__always) func body(_ i: Int, _ n: Int) {
      var sum = S.Vector.splat(0)
      for row in 0..<rows { sum = S.Vector.plus(sum, read(rest, row &* rowStride &+ i, n)) }
      write(sum, y, i, n)
    }
    forEachVector(of: S.self, count: columns &- i, body)
  }
}
