extension Kernel {
  /// Returns the largest element; NaN is passed over.
  ///
  /// - Returns: The maximum; −∞ for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func maximum<S: Real>(_ x: UnsafePointer<S>, count: Int) -> S {
    @inline(__always) func step(_ best: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
      S.Vector.larger(read(x, i, n, fill: -.infinity), best)
    }
    return S.Vector.largest(
      fold(count: count, from: S.Vector.splat(-.infinity), step: step, combine: { S.Vector.larger($0, $1) }))
  }

  /// Says whether no element is infinite or NaN.
  ///
  /// - Returns: True if all are finite.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func allFinite<S: Real>(_ x: UnsafePointer<S>, count: Int) -> Bool {
    let zero = S.Vector.splat(0)
    // Zero times a finite number is zero, times any other NaN.
    @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
      S.Vector.multiplyAdd(zero, read(x, i, n), sum)
    }
    return S.Vector.total(accumulate(count: count, step: step)) == 0
  }
}
