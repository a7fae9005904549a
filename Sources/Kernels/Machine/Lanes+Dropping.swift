extension SIMD16<Float> {
  /// Returns `a` with the lanes set to zero whose random bits fall below the threshold.
  @inline(__always)
  public static func dropping(_ a: Self, key: SIMD2<UInt32>, counters: SIMD16<UInt32>, threshold: Int32) -> Self {
    let dropped = droppedLanes(key: key, counters: counters, threshold: threshold)
    return unsafeBitCast(unsafeBitCast(a, to: SIMD16<Int32>.self) & ~dropped, to: Self.self)
  }
}

extension SIMD8<Double> {
  /// Returns `a` with the lanes set to zero whose random bits fall below the threshold.
  @inline(__always)
  public static func dropping(_ a: Self, key: SIMD2<UInt32>, counters: SIMD16<UInt32>, threshold: Int32) -> Self {
    let dropped = droppedLanes(key: key, counters: counters, threshold: threshold).lowHalf
    let wide = SIMD8<Int64>(truncatingIfNeeded: dropped)
    return unsafeBitCast(unsafeBitCast(a, to: SIMD8<Int64>.self) & ~wide, to: Self.self)
  }
}

/// Returns all ones for every counter whose upper 31 random bits are below `threshold`, else zeros.
@inline(__always)
private func droppedLanes(key: SIMD2<UInt32>, counters: SIMD16<UInt32>, threshold: Int32) -> SIMD16<Int32> {
  let bits = mixed(mixed(counters ^ SIMD16(repeating: key[0])) ^ SIMD16(repeating: key[1]))
  // Comparisons of integer vectors are loops over scalars; the sign of a difference is one shift.
  return (unsafeBitCast(bits &>> 1, to: SIMD16<Int32>.self) &- SIMD16(repeating: threshold)) &>> 31
}

/// Returns a bijection of 32-bit integers that flips half of the bits for every bit changed.
///
/// The constants are Wellons's `lowbias32`, the least biased of its form that his search found.
@inline(__always)
private func mixed(_ value: SIMD16<UInt32>) -> SIMD16<UInt32> {
  var h = value
  h = (h ^ (h &>> 16)) &* 0x7FEB_352D
  h = (h ^ (h &>> 15)) &* 0x846C_A68B
  return h ^ (h &>> 16)
}

/// The mixing function of SplitMix64 (Steele, Lea, Flood 2014): counters become unrelated numbers.
package enum SplitMix64 {
  /// The finaliser of SplitMix64: a bijection of 64-bit integers that flips half of the bits for every bit changed.
  package static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
