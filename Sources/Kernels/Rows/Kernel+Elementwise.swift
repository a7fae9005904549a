extension Kernel {
  /// Computes z = x + y.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func add<S: Real>(
    _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, into z: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y, z) = (x + start, y + start, z + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.plus(read(x, i, n), read(y, i, n)), z, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes z = x − y.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func subtract<S: Real>(
    _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, into z: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y, z) = (x + start, y + start, z + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.minus(read(x, i, n), read(y, i, n)), z, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes z = x · y, element by element.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func multiply<S: Real>(
    _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, into z: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y, z) = (x + start, y + start, z + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.times(read(x, i, n), read(y, i, n)), z, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes z = x / y, element by element.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func divide<S: Real>(
    _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, into z: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y, z) = (x + start, y + start, z + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.over(read(x, i, n), read(y, i, n)), z, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes y = s · x.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func scale<S: Real>(
    _ x: UnsafePointer<S>, by s: S, into y: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    let s = S.Vector.splat(s)
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.times(read(x, i, n), s), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes y ← y + s · x.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func addScaled<S: Real>(
    _ x: UnsafePointer<S>, by s: S, to y: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    let s = S.Vector.splat(s)
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.multiplyAdd(s, read(x, i, n), read(y, i, n)), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Sets every element to one number.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func fill<S: Real>(_ x: UnsafeMutablePointer<S>, with value: S, count: Int, workers: Workers) {
    let value = S.Vector.splat(value)
    forEachTile(of: count, workers: workers) { start, count in
      let x = x + start
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(value, x, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes y = eˣ, element by element.
  ///
  /// Relative error at most 1.3·10⁻⁷ for `Float`, 3·10⁻¹⁶ for `Double`; 1 at 0; results below the smallest normal
  /// number are zero.
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

  /// Computes y = max(x, 0), element by element; NaN stays NaN.
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
