extension SIMD16<Float> {
  /// Returns `a` with the lanes set to zero whose random bits fall below the threshold.
  ///
  /// - Parameters:
  ///   - a: The lanes.
  ///   - key: Selects the random sequence.
  ///   - counter: The position of lane 0 in the sequence.
  ///   - threshold: The probability of zero times 2³¹.
  /// - Returns: The lanes that stayed, and zeros.
  @inline(__always)
  public static func dropping(_ a: Self, key: SIMD2<UInt32>, counter: UInt32, threshold: Int32) -> Self {
    let dropped = droppedLanes(key: key, counter: counter, threshold: threshold)
    return unsafeBitCast(unsafeBitCast(a, to: SIMD16<Int32>.self) & ~dropped, to: Self.self)
  }
}

extension SIMD8<Double> {
  /// Returns `a` with the lanes set to zero whose random bits fall below the threshold.
  ///
  /// - Parameters:
  ///   - a: The lanes.
  ///   - key: Selects the random sequence.
  ///   - counter: The position of lane 0 in the sequence.
  ///   - threshold: The probability of zero times 2³¹.
  /// - Returns: The lanes that stayed, and zeros.
  @inline(__always)
  public static func dropping(_ a: Self, key: SIMD2<UInt32>, counter: UInt32, threshold: Int32) -> Self {
    let dropped = droppedLanes(key: key, counter: counter, threshold: threshold).lowHalf
    let wide = SIMD8<Int64>(truncatingIfNeeded: dropped)
    return unsafeBitCast(unsafeBitCast(a, to: SIMD8<Int64>.self) & ~wide, to: Self.self)
  }
}

/// Returns all ones for every counter from `counter` on whose upper 31 random bits are below `threshold`, else zeros.
@inline(__always)
private func droppedLanes(key: SIMD2<UInt32>, counter: UInt32, threshold: Int32) -> SIMD16<Int32> {
  let lanes = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  var bits = (lanes &+ SIMD16(repeating: counter)) ^ SIMD16(repeating: key[0])
  bits = mixed(bits) ^ SIMD16(repeating: key[1])
  let random = unsafeBitCast(mixed(bits) &>> 1, to: SIMD16<Int32>.self)
  // Comparisons of integer vectors are loops over scalars; the sign of a difference is one shift.
  return (random &- SIMD16(repeating: threshold)) &>> 31
}

/// The 32-bit finaliser of least measured bias of its form, `lowbias32` by Wellons: a bijection of integers.
@inline(__always)
private func mixed(_ value: SIMD16<UInt32>) -> SIMD16<UInt32> {
  var h = value
  h = (h ^ (h &>> 16)) &* 0x7FEB_352D
  h = (h ^ (h &>> 15)) &* 0x846C_A68B
  return h ^ (h &>> 16)
}
