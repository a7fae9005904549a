extension Kernel {
  /// Computes y ← y + s · x.
  ///
  /// - Parameters:
  ///   - x: The elements to add.
  ///   - s: Their factor.
  ///   - y: The sum so far; overwritten.
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

  /// Computes z ← z + x · y, element by element.
  ///
  /// - Parameters:
  ///   - x: The first factor.
  ///   - y: The second factor.
  ///   - z: The sum so far; overwritten.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func multiplyAdd<S: Real>(
    _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, to z: UnsafeMutablePointer<S>, count: Int, workers: Workers
  ) {
    forEachTile(of: count, workers: workers) { start, count in
      let (x, y, z) = (x + start, y + start, z + start)
      @inline(__always) func body(_ i: Int, _ n: Int) {
        write(S.Vector.multiplyAdd(read(x, i, n), read(y, i, n), read(z, i, n)), z, i, n)
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
}
