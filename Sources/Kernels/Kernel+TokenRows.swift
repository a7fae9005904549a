/// Kernels that move whole rows: the embedding's lookup, and tokens on their way to experts and back.
extension Kernel {
  /// Copies chosen rows: target_p = source_{i_p}.
  ///
  /// - Parameters:
  ///   - source: Rows of `width` elements.
  ///   - width: Elements in a row.
  ///   - indices: The row for each target row.
  ///   - count: The number of target rows.
  ///   - target: Receives `count` rows.
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

  /// Adds up the rows that belong to each token, with weights: y_t = Σ_s w_ts · x_{p_ts}.
  ///
  /// - Parameters:
  ///   - source: x, rows of `width` elements.
  ///   - width: Elements in a row.
  ///   - positions: p, `tokens`×`k` row numbers.
  ///   - weights: w, `tokens`×`k`, or nil for ones.
  ///   - k: Rows for each token.
  ///   - target: y; receives `tokens` rows.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func sumRows<S: Real>(
    _ source: UnsafePointer<S>, width: Int, positions: UnsafePointer<Int32>, weights: UnsafePointer<S>?, tokens: Int,
    k: Int, into target: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachTile(rows: tokens, columns: width * k, workers: workers) { _, rows in
      for token in rows {
        let y = target + token &* width
        for slot in token &* k..<token &* k &+ k {
          let x = source + Int(positions[slot]) &* width
          let weight = weights?[slot] ?? 1
          if slot == token &* k {
            scaleRow(x, by: weight, into: y, width)
          } else {
            addScaledRow(x, by: weight, to: y, width)
          }
        }
      }
    }
  }

  /// Copies each token's row, weighted, to all of its places: x_{p_ts} = w_ts · y_t.
  ///
  /// The transpose of
  /// ``sumRows(_:width:positions:weights:tokens:k:into:workers:)``.
  ///
  /// - Parameters:
  ///   - source: y, `tokens` rows.
  ///   - width: Elements in a row.
  ///   - positions: p, `tokens`×`k` row numbers, each occurring once.
  ///   - weights: w, `tokens`×`k`.
  ///   - k: Places for each token.
  ///   - target: x; receives `tokens`·`k` rows.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func spreadRows<S: Real>(
    _ source: UnsafePointer<S>, width: Int, positions: UnsafePointer<Int32>, weights: UnsafePointer<S>, tokens: Int,
    k: Int, into target: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachTile(rows: tokens, columns: width * k, workers: workers) { _, rows in
      for token in rows {
        for slot in token &* k..<token &* k &+ k {
          scaleRow(source + token &* width, by: weights[slot], into: target + Int(positions[slot]) &* width, width)
        }
      }
    }
  }

  /// Computes each token's products with its rows: d_ts = ⟨y_t, x_{p_ts}⟩.
  ///
  /// - Parameters:
  ///   - y: `tokens` rows.
  ///   - x: Rows of `width` elements.
  ///   - width: Elements in a row.
  ///   - positions: p, `tokens`×`k` row numbers.
  ///   - k: Rows for each token.
  ///   - target: d, `tokens`×`k`.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func rowProducts<S: Real>(
    _ y: UnsafePointer<S>, _ x: UnsafePointer<S>, width: Int, positions: UnsafePointer<Int32>, tokens: Int, k: Int,
    into target: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachTile(rows: tokens, columns: width * k, workers: workers) { _, rows in
      for token in rows {
        for slot in token &* k..<token &* k &+ k {
          target[slot] = rowProduct(y + token &* width, x + Int(positions[slot]) &* width, width)
        }
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
}
