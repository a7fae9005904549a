extension Kernel {
  /// Computes y = eˣ, element by element.
  ///
  /// Relative error at most 1.3·10⁻⁷ for `Float`, 3·10⁻¹⁶ for `Double`; 1 at 0; results below the smallest normal
  /// number are zero.
  ///
  /// - Parameter y: The result; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func exp<S: Real>(_ x: UnsafePointer<S>, into y: UnsafeMutablePointer<S>, count: Int, workers: Workers)
  {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.exponential(read(x, i, n)), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes y = ln x, element by element; −∞ at 0, NaN below.
  ///
  /// Error at most 2 units in the last place.
  ///
  /// - Parameter y: The result; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func log<S: Real>(_ x: UnsafePointer<S>, into y: UnsafeMutablePointer<S>, count: Int, workers: Workers)
  {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.logarithm(read(x, i, n)), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes y = √x, element by element, correctly rounded; NaN below 0.
  ///
  /// - Parameter y: The result; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func squareRoot<S: Real>(
    _ x: UnsafePointer<S>, into y: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.squareRoot(read(x, i, n)), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }
}
