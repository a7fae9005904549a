extension SIMD8<Double>: Lanes {
  /// The integer vector of the same layout.
  public typealias Bits = SIMD8<UInt64>

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
    let four = a.lowHalf + a.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
  /// Returns the largest lane.
  @inline(__always) public static func largest(_ a: Self) -> Scalar {
    // Written with scalars, this becomes a tree of vector instructions; selecting between halves does not.
    @inline(__always) func larger(_ x: Scalar, _ y: Scalar) -> Scalar { x > y ? x : y }
    return larger(
      larger(larger(a[0], a[4]), larger(a[2], a[6])), larger(larger(a[1], a[5]), larger(a[3], a[7])))
  }
  /// Turns eight columns of two numbers into two rows.
  @inline(__always) public static func transpose(
    _ columns: UnsafePointer<Scalar>, stride: Int, to rows: UnsafeMutablePointer<Scalar>
  ) {
    let step = stride &* 16
    let even = quarters(UnsafeRawPointer(columns), step: step)
    let odd = quarters(UnsafeRawPointer(columns) + step / 2, step: step)
    UnsafeMutableRawPointer(rows).storeBytes(of: evens(even, odd), as: Self.self)
    UnsafeMutableRawPointer(rows + 8).storeBytes(of: odds(even, odd), as: Self.self)
  }
  /// Reads four pieces of 16 bytes that lie `step` bytes apart.
  @inline(__always) static func quarters(_ pointer: UnsafeRawPointer, step: Int) -> Self {
    @inline(__always) func piece(_ index: Int) -> SIMD2<Double> {
      (pointer + index &* step).loadUnaligned(as: SIMD2<Double>.self)
    }
    let low = SIMD4<Double>(lowHalf: piece(0), highHalf: piece(1))
    let high = SIMD4<Double>(lowHalf: piece(2), highHalf: piece(3))
    return Self(lowHalf: low, highHalf: high)
  }
  /// Returns the even lanes of both vectors in turn.
  @inline(__always) static func evens(_ a: Self, _ b: Self) -> Self {
    Self(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6])
  }
  /// Returns the odd lanes of both vectors in turn.
  @inline(__always) static func odds(_ a: Self, _ b: Self) -> Self {
    Self(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7])
  }
}
