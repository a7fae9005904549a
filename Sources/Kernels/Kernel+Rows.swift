extension Kernel {
  /// Computes y_r = Σ_c x_rc.
  ///
  /// - Parameters:
  ///   - x: rows×columns numbers.
  ///   - y: `rows` sums.
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
}
