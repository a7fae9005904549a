extension Kernel {
  /// Computes y = max(x, 0), element by element; NaN stays NaN.
  ///
  /// - Parameter y: The result; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func relu<S: Real>(_ x: UnsafePointer<S>, into y: UnsafeMutablePointer<S>, count: Int, workers: Workers)
  {
    let zero = S.Vector.splat(0)
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.larger(zero, read(x, i, n)), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes dx = dy where y > 0, and 0 elsewhere.
  ///
  /// - Parameters:
  ///   - dy: The derivative by the output.
  ///   - y: The output of ``relu(_:into:count:workers:)``.
  ///   - dx: The derivative by the input; may be `dy` or `y`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func reluBackward<S: Real>(
    _ dy: UnsafePointer<S>, output y: UnsafePointer<S>, into dx: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (dy, y, dx) = (dy + start, y + start, dx + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.passing(read(dy, i, n), where: read(y, i, n)), dx, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }
}
