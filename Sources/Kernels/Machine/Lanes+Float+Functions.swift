extension SIMD16<Float> {
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
