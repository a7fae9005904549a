extension Kernel {
  /// Computes dx = y · (dy − Σ_c y_c dy_c) for every row.
  ///
  /// - Parameters:
  ///   - y: rows×columns outputs of ``softmaxRows(_:rows:columns:into:workers:)``.
  ///   - dy: The derivative by the output.
  ///   - dx: The derivative by the input; may be `dy` or `y`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func softmaxRowsBackward<S: Real>(
    output y: UnsafePointer<S>, _ dy: UnsafePointer<S>, rows: Int, columns: Int, into dx: UnsafeMutablePointer<S>,
    workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (y, dy, dx) = (y + row &* columns, dy + row &* columns, dx + row &* columns)
        @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          S.Vector.multiplyAdd(read(y, i, n), read(dy, i, n), sum)
        }
        let mean = S.Vector.splat(S.Vector.total(accumulate(count: columns, step: step)))
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.times(read(y, i, n), S.Vector.minus(read(dy, i, n), mean)), dx, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
    }
  }

  /// Computes dx = dy − eʸ · Σ_c dy_c for every row.
  ///
  /// - Parameters:
  ///   - y: rows×columns outputs of ``logSoftmaxRows(_:rows:columns:into:workers:)``.
  ///   - dy: The derivative by the output.
  ///   - dx: The derivative by the input; may be `dy` or `y`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func logSoftmaxRowsBackward<S: Real>(
    output y: UnsafePointer<S>, _ dy: UnsafePointer<S>, rows: Int, columns: Int, into dx: UnsafeMutablePointer<S>,
    workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (y, dy, dx) = (y + row &* columns, dy + row &* columns, dx + row &* columns)
        @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          S.Vector.plus(sum, read(dy, i, n))
        }
        let factor = S.Vector.splat(-S.Vector.total(accumulate(count: columns, step: step)))
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.multiplyAdd(S.Vector.exponential(read(y, i, n)), factor, read(dy, i, n)), dx, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
    }
  }
}
