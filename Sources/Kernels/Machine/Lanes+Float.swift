extension SIMD16<Float>: Lanes {
  /// The integer vector of the same layout.
  public typealias Bits = SIMD16<UInt32>

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

extension SIMD16<Float> {
  /// Returns the vector with `value` in every lane.
  @inline(__always) public static func splat(_ value: Float) -> Self { Self(repeating: value) }

  /// Returns the scalars from `source` on.
  @inline(__always) public static func load(_ source: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  /// Writes all lanes from `target` on.
  @inline(__always) public static func store(_ a: Self, to target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: a, as: Self.self)
  }

  /// Returns the first `count` scalars from `source` on, and `fill` in the other lanes.
  ///
  /// The vector is put together from its end: one scalar, then a piece of two, of four, of eight, as the bits of `count` say.
  @inline(__always)
  public static func load(_ source: UnsafePointer<Float>, count: Int, fill: Float) -> Self {
    let raw = UnsafeRawPointer(source)
    var two = SIMD2<Float>(repeating: fill)
    if count & 1 != 0 { two[0] = source[count &- 1] }
    var four = SIMD4(lowHalf: two, highHalf: SIMD2(repeating: fill))
    if count & 2 != 0 {
      let piece = raw.loadUnaligned(fromByteOffset: (count & 12) &* 4, as: SIMD2<Float>.self)
      four = SIMD4(lowHalf: piece, highHalf: two)
    }
    var eight = SIMD8(lowHalf: four, highHalf: SIMD4(repeating: fill))
    if count & 4 != 0 {
      let piece = raw.loadUnaligned(fromByteOffset: (count & 8) &* 4, as: SIMD4<Float>.self)
      eight = SIMD8(lowHalf: piece, highHalf: four)
    }
    if count & 8 == 0 { return Self(lowHalf: eight, highHalf: SIMD8(repeating: fill)) }
    return Self(lowHalf: raw.loadUnaligned(as: SIMD8<Float>.self), highHalf: eight)
  }

  /// Writes the first `count` lanes from `target` on.
  @inline(__always)
  public static func store(_ a: Self, to target: UnsafeMutablePointer<Float>, count: Int) {
    let raw = UnsafeMutableRawPointer(target)
    var eight = a.lowHalf
    if count & 8 != 0 {
      raw.storeBytes(of: eight, as: SIMD8<Float>.self)
      eight = a.highHalf
    }
    var four = eight.lowHalf
    if count & 4 != 0 {
      raw.storeBytes(of: four, toByteOffset: (count & 8) &* 4, as: SIMD4<Float>.self)
      four = eight.highHalf
    }
    var two = four.lowHalf
    if count & 2 != 0 {
      raw.storeBytes(of: two, toByteOffset: (count & 12) &* 4, as: SIMD2<Float>.self)
      two = four.highHalf
    }
    if count & 1 != 0 { target[count &- 1] = two[0] }
  }

  /// Returns the first `count` lanes of a vector, and `fill` in the others.
  @inline(__always)
  public static func keeping(_ count: Int, of a: Self, fill: Float) -> Self {
    // Comparisons of integer vectors are loops over scalars.
    let numbers = Self(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
    return a.replacing(with: Self(repeating: fill), where: numbers .> Self(repeating: Float(count)))
  }

  /// Returns eᵃ lane by lane, to 1.3·10⁻⁷ of itself.
  ///
  /// With n = round(a / ln 2) and r = a − n·ln 2, eᵃ = 2ⁿ·eʳ. Adding 1.5·2²³ rounds, and leaves n in the low bits of the
  /// sum; eʳ is 1 + r + r²·q(r), q the minimax polynomial of degree 4 on |r| ≤ ln 2 / 2 (relative error 3·10⁻⁹); 2ⁿ is
  /// added to the exponent.
  @inline(__always)
  public static func exponential(_ a: Self) -> Self {
    let shifter = Self(repeating: 0x1.8p23)
    let shifted = multiplyAdd(a, Self(repeating: 1.442_695_04), shifter)
    let n = shifted - shifter
    // The first part of ln 2 has nine bits, so n times it is exact.
    var r = multiplyAdd(n, Self(repeating: -0.693_359_375), a)
    r = multiplyAdd(n, Self(repeating: 2.121_944_4e-4), r)
    var p = multiplyAdd(Self(repeating: 1.381_454_1e-3), r, Self(repeating: 8.368_745_1e-3))
    p = multiplyAdd(p, r, Self(repeating: 4.166_839_08e-2))
    p = multiplyAdd(p, r, Self(repeating: 1.666_652_04e-1))
    p = multiplyAdd(p, r, Self(repeating: 0.499_999_934))
    p = multiplyAdd(p, r, Self(repeating: 1))
    p = multiplyAdd(p, r, Self(repeating: 1))
    let bits = unsafeBitCast(p, to: Bits.self) &+ (unsafeBitCast(shifted, to: Bits.self) &<< 23)
    let scaled = unsafeBitCast(bits, to: Self.self)
    let normal = scaled.replacing(with: 0, where: a .< -87.336_54)
    // Beyond the largest number, a + ∞ is ∞ or NaN as it should be.
    return (a + Self(repeating: .infinity)).replacing(with: normal, where: a .<= 88.722_83)
  }

  /// Returns the natural logarithm lane by lane, to 2 units in the last place.
  ///
  /// With a = 2ᵉ·(1 + f), √½ ≤ 1 + f < √2, and s = f / (2 + f): ln(1 + f) = f − f²/2 + s·(f²/2 + R),
  /// R = 2·(s²/3 + s⁴/5 + …), an arrangement whose rounding errors stay small beside f.
  @inline(__always)
  public static func logarithm(_ a: Self) -> Self {
    let isTiny = a .< Self(repeating: .leastNormalMagnitude)
    let x = a.replacing(with: a * 0x1p25, where: isTiny)
    let bits = unsafeBitCast(x, to: SIMD16<Int32>.self)
    let root = SIMD16<Int32>(repeating: 0x3F35_04F3)
    let exponent = (bits &- root) &>> 23
    let f = unsafeBitCast(bits &- (exponent &<< 23), to: Self.self) - 1
    // An integer added to the bits of 1.5·2²³ is added to the number.
    let whole = unsafeBitCast(exponent &+ SIMD16<Int32>(repeating: 0x4B40_0000), to: Self.self) - 0x1.8p23
    let e = whole - Self.zero.replacing(with: 25, where: isTiny)
    let s = f / (f + 2)
    let z = s * s
    var series = multiplyAdd(z, Self(repeating: 2 / 9), Self(repeating: 2 / 7))
    series = multiplyAdd(z, series, Self(repeating: 2 / 5))
    series = multiplyAdd(z, series, Self(repeating: 2 / 3))
    let half = f * f * 0.5
    let low = multiplyAdd(s, multiplyAdd(z, series, half), e * -2.121_944_4e-4)
    let result = multiplyAdd(e, Self(repeating: 0.693_359_375), f - (half - low))
    let signed = result.replacing(with: -.infinity, where: a .== 0).replacing(with: .nan, where: a .< 0)
    return a.replacing(with: signed, where: a .< Self(repeating: .infinity))
  }
}
