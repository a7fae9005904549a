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
