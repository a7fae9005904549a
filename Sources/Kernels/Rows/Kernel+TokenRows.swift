/// Kernels that move whole rows: the embedding's lookup, and tokens on their way to experts and back.
///
/// A token may have any number of rows, or none: its slots are `starts[t] ..< starts[t + 1]`, P slots in all.
extension Kernel {
  /// Copies chosen rows: target_p = source_{i_p}.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func gatherRows<S: Real>(
    _ source: UnsafePointer<S>, width: Int, indices: UnsafePointer<Int32>, count: Int,
    into target: UnsafeMutablePointer<S>,
    workers: Workers
  ) {
    forEachTile(rows: count, columns: width, workers: workers) { _, rows in
      for row in rows { (target + row &* width).update(from: source + Int(indices[row]) &* width, count: width) }
    }
  }

  /// Adds up the rows that belong to each token, with weights: y_t = Σ_s w_s · x_{p_s} over its slots s; without any, zeros.
  ///
  /// - Parameter weights: w, P numbers, or nil for ones.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func sumRows<S: Real>(
    _ source: UnsafePointer<S>, width: Int, positions: UnsafePointer<Int32>, weights: UnsafePointer<S>?, tokens: Int,
    starts: UnsafePointer<Int32>, into target: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachToken(tokens, starts, width: width, workers: workers) { token, slots in
      let y = target + token &* width
      if slots.isEmpty { y.update(repeating: 0, count: width) }
      for slot in slots {
        let x = source + Int(positions[slot]) &* width
        let weight = weights?[slot] ?? 1
        if slot == slots.lowerBound {
          scaleRow(x, by: weight, into: y, width)
        } else {
          addScaledRow(x, by: weight, to: y, width)
        }
      }
    }
  }

  /// Copies each token's row, weighted, to all of its places: x_{p_s} = w_s · y_t for its slots s.
  ///
  /// The transpose of
  /// ``sumRows(_:width:positions:weights:tokens:starts:into:workers:)``.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func spreadRows<S: Real>(
    _ source: UnsafePointer<S>, width: Int, positions: UnsafePointer<Int32>, weights: UnsafePointer<S>, tokens: Int,
    starts: UnsafePointer<Int32>, into target: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachToken(tokens, starts, width: width, workers: workers) { token, slots in
      for slot in slots {
        scaleRow(source + token &* width, by: weights[slot], into: target + Int(positions[slot]) &* width, width)
      }
    }
  }

  /// Computes each token's products with its rows: d_s = ⟨y_t, x_{p_s}⟩ for its slots s.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func rowProducts<S: Real>(
    _ y: UnsafePointer<S>, _ x: UnsafePointer<S>, width: Int, positions: UnsafePointer<Int32>, tokens: Int,
    starts: UnsafePointer<Int32>, into target: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachToken(tokens, starts, width: width, workers: workers) { token, slots in
      for slot in slots {
        target[slot] = rowProduct(y + token &* width, x + Int(positions[slot]) &* width, width)
      }
    }
  }

  /// Visits every token with its slots, in tiles of as many tokens as have about a tile's work.
  @inline(__always)
  private static func forEachToken(
    _ tokens: Int, _ starts: UnsafePointer<Int32>, width: Int, workers: Workers, _ body: (Int, Range<Int>) -> Void
  ) {
    let rowsOfAToken = max(1, Int(starts[tokens]) / max(1, tokens))
    forEachTile(rows: tokens, columns: width * rowsOfAToken, workers: workers) { _, rows in
      for token in rows {
        body(token, Range(uncheckedBounds: (Int(starts[token]), Int(starts[token &+ 1]))))
      }
    }
  }

  @inline(__always)
  private static func scaleRow<S: Real>(
    _ x: UnsafePointer<S>, by weight: S, into y: UnsafeMutablePointer<S>, _ width: Int
  ) {
    let factor = S.Vector.splat(weight)
    @inline(__always) func body(_ i: Int, _ n: Int) { write(S.Vector.times(read(x, i, n), factor), y, i, n) }
    forEachVector(of: S.self, count: width, body)
  }

  @inline(__always)
  private static func addScaledRow<S: Real>(
    _ x: UnsafePointer<S>, by weight: S, to y: UnsafeMutablePointer<S>, _ width: Int
  ) {
    let factor = S.Vector.splat(weight)
    @inline(__always) func body(_ i: Int, _ n: Int) {
      write(S.Vector.multiplyAdd(read(x, i, n), factor, read(UnsafePointer(y), i, n)), y, i, n)
    }
    forEachVector(of: S.self, count: width, body)
  }

  @inline(__always)
  private static func rowProduct<S: Real>(_ x: UnsafePointer<S>, _ y: UnsafePointer<S>, _ width: Int) -> S {
    @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
      S.Vector.multiplyAdd(read(x, i, n), read(y, i, n), sum)
    }
    return S.Vector.total(fold(count: width, from: S.Vector.splat(0), step: step, combine: S.Vector.plus))
  }

  /// Computes y_rp = x_{r, i_rp}: chosen entries of every row.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func select<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, indices: UnsafePointer<Int32>, k: Int,
    into y: UnsafeMutablePointer<S>
  ) {
    for row in 0..<rows {
      for slot in row &* k..<row &* k &+ k { y[slot] = x[row &* columns &+ Int(indices[slot])] }
    }
  }

  /// Adds x_{r, i_rp} ← x_{r, i_rp} + scale · y_rp: the transpose of ``select(_:rows:columns:indices:k:into:)``.
  ///
  /// - Parameters:
  ///   - y: rows×k numbers, or nil for ones.
  ///   - x: rows×columns numbers; added to.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func addSelected<S: Real>(
    _ y: UnsafePointer<S>?, scale: S, rows: Int, columns: Int, indices: UnsafePointer<Int32>, k: Int,
    to x: UnsafeMutablePointer<S>
  ) {
    for row in 0..<rows {
      for slot in row &* k..<row &* k &+ k { x[row &* columns &+ Int(indices[slot])] += scale * (y?[slot] ?? 1) }
    }
  }

  /// Finds the k largest entries of every row, largest first, the lower column first among equals.
  ///
  /// Insertion into a sorted list of at most k winners: one comparison for most entries. NaN counts as −∞.
  ///
  /// - Parameter k: How many to find, at most `columns`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func topK<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, k: Int, into indices: UnsafeMutablePointer<Int32>
  ) {
    for row in 0..<rows { topK(ofRow: x + row &* columns, columns: columns, k: k, into: indices + row &* k) }
  }

  @inline(__always)
  private static func topK<S: Real>(
    ofRow x: UnsafePointer<S>, columns: Int, k: Int, into winners: UnsafeMutablePointer<Int32>
  ) {
    var found = 0
    for column in 0..<columns {
      let value = x[column].isNaN ? -S.infinity : x[column]
      var place = found
      while place > 0 {
        let rival = x[Int(winners[place &- 1])]
        // An equal earlier entry stays in front; a NaN in front has the value −∞.
        if value > (rival.isNaN ? -S.infinity : rival) { place &-= 1 } else { break }
      }
      if place >= k { continue }
      if found < k { found &+= 1 }
      var slot = found &- 1
      while slot > place {
        winners[slot] = winners[slot &- 1]
        slot &-= 1
      }
      winners[place] = Int32(truncatingIfNeeded: column)
    }
  }
}
