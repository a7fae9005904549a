/// A checksum of integers in order: FNV-1a, 64 bits, an integer at a time.
struct Fingerprint {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Goes on by one integer.
  mutating func add(_ value: some BinaryInteger) {
    hash = (hash ^ UInt64(truncatingIfNeeded: value)) &* 0x100_0000_01B3
  }

  /// The checksum as 16 hexadecimal digits.
  var digits: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
