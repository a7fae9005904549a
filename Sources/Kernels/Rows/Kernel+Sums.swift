extension Kernel {
  /// Returns Σ x; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func sum<S: Real>(_ x: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        S.Vector.plus(sum, read(x, start &+ i, n))
      }
      return accumulate(count: count, step: step)
    }
  }

  /// Returns Σ x²; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func sumOfSquares<S: Real>(_ x: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        let value = read(x, start &+ i, n)
        return S.Vector.multiplyAdd(value, value, sum)
      }
      return accumulate(count: count, step: step)
    }
  }

  /// Returns Σ x · y; 0 for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func dot<S: Real>(_ x: UnsafePointer<S>, _ y: UnsafePointer<S>, count: Int, workers: Workers) -> S {
    sumOverTiles(count: count, workers: workers) { start, count in
      @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
        S.Vector.multiplyAdd(read(x, start &+ i, n), read(y, start &+ i, n), sum)
      }
      return accumulate(count: count, step: step)
    }
  }

  /// The number of elements that are summed without a stop; every lane of an accumulator adds 16 Floats.
  private static let block = 1024

  /// Returns the sum over all elements of what `body` sums over one block.
  ///
  /// Lanes are summed over a block, blocks over a tile, tiles pairwise: a number takes part in about forty additions and
  /// the logarithm of the number of tiles, which bounds the rounding error.
  @inline(__always)
  private static func sumOverTiles<S: Real>(
    count: Int, workers: Workers, _ body: (_ start: Int, _ count: Int) -> S.Vector
  ) -> S {
    let height = max(1, (count + tile - 1) / tile)
    let partials = UnsafeMutablePointer<S>.allocate(capacity: height)
    defer { partials.deallocate() }
    partials[0] = 0
    forEachTile(of: count, workers: workers) { start, count in
      var sum = S.Vector.splat(0)
      var done = 0
      while done < count {
        sum = S.Vector.plus(sum, body(start &+ done, min(block, count &- done)))
        done = done &+ block
      }
      partials[start / tile] = S.Vector.total(sum)
    }
    sumPairwise(partials, height: height, width: 1)
    return partials[0]
  }

  /// Computes y_c = Σ_r x_rc, or adds it to y_c.
  ///
  /// Rows are added in order within a tile, tiles in pairs.
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

  /// Computes y_r = Σ_c x_rc.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func rowSums<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let x = x + row &* columns
        @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          S.Vector.plus(sum, read(x, i, n))
        }
        y[row] = S.Vector.total(accumulate(count: columns, step: step))
      }
    }
  }

  /// Says whether no element is infinite or NaN.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func allFinite<S: Real>(_ x: UnsafePointer<S>, count: Int) -> Bool {
    let zero = S.Vector.splat(0)
    // Zero times a finite number is zero, times any other NaN.
    @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
      S.Vector.multiplyAdd(zero, read(x, i, n), sum)
    }
    return S.Vector.total(accumulate(count: count, step: step)) == 0
  }
}
