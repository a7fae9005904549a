extension SIMD8<Double>: Lanes {
  /// The integer vector of the same layout.
  public typealias Bits = SIMD8<UInt64>

  /// Returns `a · b + c`.
  @inline(__always) public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if NATIVE || arch(arm64)
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

extension SIMD8<Double> {
  /// Returns the vector with `value` in every lane.
  @inline(__always) public static func splat(_ value: Double) -> Self { Self(repeating: value) }

  /// Returns the scalars from `source` on.
  @inline(__always) public static func load(_ source: UnsafePointer<Double>) -> Self {
    UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  /// Writes all lanes from `target` on.
  @inline(__always) public static func store(_ a: Self, to target: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(target).storeBytes(of: a, as: Self.self)
  }

  /// Returns the first `count` scalars from `source` on, and `fill` in the other lanes.
  ///
  /// The vector is put together from its end: one scalar, then a piece of two, of four, as the bits of `count` say.
  @inline(__always)
  public static func load(_ source: UnsafePointer<Double>, count: Int, fill: Double) -> Self {
    let raw = UnsafeRawPointer(source)
    var two = SIMD2<Double>(repeating: fill)
    if count & 1 != 0 { two[0] = source[count &- 1] }
    var four = SIMD4(lowHalf: two, highHalf: SIMD2(repeating: fill))
    if count & 2 != 0 {
      let piece = raw.loadUnaligned(fromByteOffset: (count & 4) &* 8, as: SIMD2<Double>.self)
      four = SIMD4(lowHalf: piece, highHalf: two)
    }
    if count & 4 == 0 { return Self(lowHalf: four, highHalf: SIMD4(repeating: fill)) }
    return Self(lowHalf: raw.loadUnaligned(as: SIMD4<Double>.self), highHalf: four)
  }

  /// Writes the first `count` lanes from `target` on.
  @inline(__always)
  public static func store(_ a: Self, to target: UnsafeMutablePointer<Double>, count: Int) {
    let raw = UnsafeMutableRawPointer(target)
    var four = a.lowHalf
    if count & 4 != 0 {
      raw.storeBytes(of: four, as: SIMD4<Double>.self)
      four = a.highHalf
    }
    var two = four.lowHalf
    if count & 2 != 0 {
      raw.storeBytes(of: two, toByteOffset: (count & 4) &* 8, as: SIMD2<Double>.self)
      two = four.highHalf
    }
    if count & 1 != 0 { target[count &- 1] = two[0] }
  }

  /// Returns the first `count` lanes of a vector, and `fill` in the others.
  @inline(__always)
  public static func keeping(_ count: Int, of a: Self, fill: Double) -> Self {
    // Comparisons of integer vectors are loops over scalars.
    let numbers = Self(1, 2, 3, 4, 5, 6, 7, 8)
    return a.replacing(with: Self(repeating: fill), where: numbers .> Self(repeating: Double(count)))
  }

  /// Returns eᵃ lane by lane, to 3·10⁻¹⁶ of itself.
  ///
  /// With n = round(a / ln 2) and r = a − n·ln 2, eᵃ = 2ⁿ·eʳ. Adding 1.5·2⁵² rounds, and leaves n in the low bits of the
  /// sum; eʳ is 1 + r + r²·q(r), q the minimax polynomial of degree 9 on |r| ≤ ln 2 / 2 (relative error 4·10⁻¹⁸); 2ⁿ is
  /// added to the exponent.
  @inline(__always)
  public static func exponential(_ a: Self) -> Self {
    let shifter = Self(repeating: 0x1.8p52)
    let shifted = multiplyAdd(a, Self(repeating: 1.442_695_040_888_963_4), shifter)
    let n = shifted - shifter
    // The last 21 bits of the first part of ln 2 are zero, so n times it is exact.
    var r = multiplyAdd(n, Self(repeating: -0x1.62e42feep-1), a)
    r = multiplyAdd(n, Self(repeating: -1.908_214_929_270_587_7e-10), r)
    var p = multiplyAdd(Self(repeating: 2.500_001_391_345_301_3e-08), r, Self(repeating: 2.763_030_620_817_227_4e-07))
    p = multiplyAdd(p, r, Self(repeating: 2.755_758_681_826_611_7e-06))
    p = multiplyAdd(p, r, Self(repeating: 2.480_149_294_975_501e-05))
    p = multiplyAdd(p, r, Self(repeating: 1.984_126_950_575_929e-04))
    p = multiplyAdd(p, r, Self(repeating: 1.388_888_894_375_984_5e-03))
    p = multiplyAdd(p, r, Self(repeating: 8.333_333_333_494_983e-03))
    p = multiplyAdd(p, r, Self(repeating: 4.166_666_666_652_972_5e-02))
    p = multiplyAdd(p, r, Self(repeating: 1.666_666_666_666_641e-01))
    p = multiplyAdd(p, r, Self(repeating: 0.500_000_000_000_001_1))
    p = multiplyAdd(p, r, Self(repeating: 1))
    p = multiplyAdd(p, r, Self(repeating: 1))
    let bits = unsafeBitCast(p, to: Bits.self) &+ (unsafeBitCast(shifted, to: Bits.self) &<< 52)
    let scaled = unsafeBitCast(bits, to: Self.self)
    let normal = scaled.replacing(with: 0, where: a .< -708.396_418_532_264_1)
    // Beyond the largest number, a + ∞ is ∞ or NaN as it should be.
    return (a + Self(repeating: .infinity)).replacing(with: normal, where: a .<= 709.782_712_893_384)
  }

  /// Returns the natural logarithm lane by lane, to 2 units in the last place.
  ///
  /// With a = 2ᵉ·(1 + f), √½ ≤ 1 + f < √2, and s = f / (2 + f): ln(1 + f) = f − f²/2 + s·(f²/2 + R),
  /// R = 2·(s²/3 + s⁴/5 + …), an arrangement whose rounding errors stay small beside f.
  @inline(__always)
  public static func logarithm(_ a: Self) -> Self {
    let isTiny = a .< Self(repeating: .leastNormalMagnitude)
    let x = a.replacing(with: a * 0x1p54, where: isTiny)
    let bits = unsafeBitCast(x, to: SIMD8<Int64>.self)
    let root = SIMD8<Int64>(repeating: 0x3FE6_A09E_667F_3BCD)
    let exponent = (bits &- root) &>> 52
    let f = unsafeBitCast(bits &- (exponent &<< 52), to: Self.self) - 1
    // An integer added to the bits of 1.5·2⁵² is added to the number.
    let shifted = exponent &+ SIMD8<Int64>(repeating: 0x4338_0000_0000_0000)
    let whole = unsafeBitCast(shifted, to: Self.self) - 0x1.8p52
    let e = whole - Self.zero.replacing(with: 54, where: isTiny)
    let s = f / (f + 2)
    let z = s * s
    var series = multiplyAdd(z, Self(repeating: 2 / 21), Self(repeating: 2 / 19))
    series = multiplyAdd(z, series, Self(repeating: 2 / 17))
    series = multiplyAdd(z, series, Self(repeating: 2 / 15))
    series = multiplyAdd(z, series, Self(repeating: 2 / 13))
    series = multiplyAdd(z, series, Self(repeating: 2 / 11))
    series = multiplyAdd(z, series, Self(repeating: 2 / 9))
    series = multiplyAdd(z, series, Self(repeating: 2 / 7))
    series = multiplyAdd(z, series, Self(repeating: 2 / 5))
    series = multiplyAdd(z, series, Self(repeating: 2 / 3))
    let half = f * f * 0.5
    let low = multiplyAdd(s, multiplyAdd(z, series, half), e * 1.908_214_929_270_587_7e-10)
    let result = multiplyAdd(e, Self(repeating: 0x1.62e42feep-1), f - (half - low))
    let signed = result.replacing(with: -.infinity, where: a .== 0).replacing(with: .nan, where: a .< 0)
    return a.replacing(with: signed, where: a .< Self(repeating: .infinity))
  }
}
