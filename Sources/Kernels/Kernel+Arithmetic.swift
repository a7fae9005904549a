extension Kernel {
  /// Computes z = x + y.
  ///
  /// - Parameter z: The result; may be `x` or `y`.
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
  ///
  /// - Parameter z: The result; may be `x` or `y`.
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
  ///
  /// - Parameter z: The result; may be `x` or `y`.
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
  ///
  /// - Parameter z: The result; may be `x` or `y`.
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

  /// Computes y = x + s.
  ///
  /// - Parameter y: The result; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func add<S: Real>(
    _ x: UnsafePointer<S>, scalar s: S, into y: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    let s = S.Vector.splat(s)
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y) = (x + start, y + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.plus(read(x, i, n), s), y, i, n)
      }
      forEachVector(of: S.self, count: count, body)
    }
  }

  /// Computes y = s · x.
  ///
  /// - Parameter y: The result; may be `x`.
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
}
