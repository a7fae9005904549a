extension Kernels {
  /// Returns the largest element; NaN is passed over.
  ///
  /// - Parameters:
  ///   - x: The elements.
  ///   - count: Their number.
  /// - Returns: The maximum; −∞ for no elements.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func maximum<S: Real>(_ x: UnsafePointer<S>, count: Int) -> S {
    S.Vector.largest(largestLanes(x, count: count))
  }

  /// Returns the largest elements by lane; NaN is passed over.
  ///
  /// - Parameters:
  ///   - x: The elements.
  ///   - count: Their number.
  /// - Returns: A vector whose largest lane is the maximum.
  @inline(__always)
  static func largestLanes<S: Real>(_ x: UnsafePointer<S>, count: Int) -> S.Vector {
    fold(
      count: count, from: S.Vector.splat(-.infinity),
      step: { best, i, n in
        S.Vector.larger(read(x, i, n, fill: -.infinity), best)
      }, combine: { S.Vector.larger($0, $1) })
  }

  /// Says whether no element is infinite or NaN.
  ///
  /// - Parameters:
  ///   - x: The elements.
  ///   - count: Their number.
  /// - Returns: True if all are finite.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func allFinite<S: Real>(_ x: UnsafePointer<S>, count: Int) -> Bool {
    let zero = S.Vector.splat(0)
    // Zero times a finite number is zero, times any other NaN.
    let sum = accumulate(count: count) { sum, i, n in
      S.Vector.multiplyAdd(zero, read(x, i, n), sum)
    }
    return S.Vector.total(sum) == 0
  }
}
