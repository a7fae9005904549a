extension SIMD8<Double> {
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
