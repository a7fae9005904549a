extension SIMD16<Float>: Lanes {
  /// The integer vector of the same layout.
  public typealias Bits = SIMD16<UInt32>

  /// Returns `a · b + c`.
  @inline(__always) public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if NATIVE
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }
  /// Returns the lane-wise sum.
  @inline(__always) public static func plus(_ a: Self, _ b: Self) -> Self { a + b }
  /// Returns the lane-wise difference.
  @inline(__always) public static func minus(_ a: Self, _ b: Self) -> Self { a - b }
  /// Returns the lane-wise product.
  @inline(__always) public static func times(_ a: Self, _ b: Self) -> Self { a * b }
  /// Returns the lane-wise quotient.
  @inline(__always) public static func over(_ a: Self, _ b: Self) -> Self { a / b }
  /// Returns the lane-wise larger value.
  @inline(__always) public static func larger(_ a: Self, _ b: Self) -> Self { b.replacing(with: a, where: a .> b) }
  /// Returns the lane-wise square root.
  @inline(__always) public static func squareRoot(_ a: Self) -> Self { a.squareRoot() }
  /// Returns `a` where `gate` is positive, zero elsewhere.
  @inline(__always) public static func passing(_ a: Self, where gate: Self) -> Self {
    Self.zero.replacing(with: a, where: gate .> 0)
  }
  /// Returns the sum of all lanes: halves are added until one number is left.
  @inline(__always) public static func total(_ a: Self) -> Scalar {
    // The library's sum() adds lane after lane, each waiting for the last.
    let eight = a.lowHalf + a.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
  /// Returns the largest lane.
  @inline(__always) public static func largest(_ a: Self) -> Scalar {
    // Written with scalars, this becomes a tree of vector instructions; selecting between halves does not.
    @inline(__always) func larger(_ x: Scalar, _ y: Scalar) -> Scalar { x > y ? x : y }
    @inline(__always) func ofFour(_ i: Int) -> Scalar {
      larger(larger(a[i], a[i + 8]), larger(a[i + 4], a[i + 12]))
    }
    return larger(larger(ofFour(0), ofFour(2)), larger(ofFour(1), ofFour(3)))
  }
  /// Turns sixteen columns of four numbers into four rows.
  ///
  /// Each quarter of a vector is a 4×4 block of its own, transposed by exchanging single numbers, then pairs of them,
  /// which are as wide as a `Double`.
  @inline(__always) public static func transpose(
    _ columns: UnsafePointer<Scalar>, stride: Int, to rows: UnsafeMutablePointer<Scalar>
  ) {
    let (column, step) = (UnsafeRawPointer(columns), stride &* 16)
    let c0 = unsafeBitCast(SIMD8<Double>.quarters(column, step: step), to: Self.self)
    let c1 = unsafeBitCast(SIMD8<Double>.quarters(column + stride &* 4, step: step), to: Self.self)
    let c2 = unsafeBitCast(SIMD8<Double>.quarters(column + stride &* 8, step: step), to: Self.self)
    let c3 = unsafeBitCast(SIMD8<Double>.quarters(column + stride &* 12, step: step), to: Self.self)
    let (low01, high01) = (lows(c0, c1), highs(c0, c1))
    let (low23, high23) = (lows(c2, c3), highs(c2, c3))
    let row = UnsafeMutableRawPointer(rows)
    row.storeBytes(of: SIMD8<Double>.evens(low01, low23), as: SIMD8<Double>.self)
    (row + 64).storeBytes(of: SIMD8<Double>.odds(low01, low23), as: SIMD8<Double>.self)
    (row + 128).storeBytes(of: SIMD8<Double>.evens(high01, high23), as: SIMD8<Double>.self)
    (row + 192).storeBytes(of: SIMD8<Double>.odds(high01, high23), as: SIMD8<Double>.self)
  }
  /// Returns the first two lanes of each quarter of both vectors in turn.
  @inline(__always) private static func lows(_ a: Self, _ b: Self) -> SIMD8<Double> {
    let pairs = Self(
      a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5], a[8], b[8], a[9], b[9], a[12], b[12], a[13], b[13])
    return unsafeBitCast(pairs, to: SIMD8<Double>.self)
  }
  /// Returns the last two lanes of each quarter of both vectors in turn.
  @inline(__always) private static func highs(_ a: Self, _ b: Self) -> SIMD8<Double> {
    let pairs = Self(
      a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7], a[10], b[10], a[11], b[11], a[14], b[14], a[15], b[15])
    return unsafeBitCast(pairs, to: SIMD8<Double>.self)
  }
}
