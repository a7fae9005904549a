extension Kernel {
  /// Computes y_r = Σ_c x_rc.
  ///
  /// - Parameters:
  ///   - x: rows×columns numbers.
  ///   - rows: The number of rows.
  ///   - columns: The number of elements in a row.
  ///   - y: `rows` sums.
  ///   - workers: The threads to use.
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

  /// Adds one row to every row: x_rc ← x_rc + row_c.
  ///
  /// - Parameters:
  ///   - row: `columns` numbers, a bias for instance.
  ///   - x: rows×columns numbers; overwritten.
  ///   - rows: The number of rows.
  ///   - columns: The number of elements in a row.
  ///   - workers: The threads to use.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func addRow<S: Real>(
    _ row: UnsafePointer<S>, to x: UnsafeMutablePointer<S>, rows: Int, columns: Int, workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for r in rows {
        let x = x + r &* columns
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.plus(read(x, i, n), read(row, i, n)), x, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
    }
  }
}
