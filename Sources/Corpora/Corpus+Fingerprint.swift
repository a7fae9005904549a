extension Corpus {
  /// A checksum of all symbols in order (FNV-1a, 64 bits), as 16 hexadecimal digits.
  public var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for split in [splits.train, splits.validation, splits.test] {
      for symbol in split.symbols { hash = (hash ^ UInt64(UInt32(bitPattern: symbol))) &* 0x100_0000_01B3 }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
