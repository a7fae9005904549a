extension Corpus {
  /// A checksum of all symbols in order (FNV-1a, 64 bits), as 16 hexadecimal digits.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for split in [splits.train, splits.validation, splits.test] {
      for symbol in split.symbols { fingerprint.add(symbol) }
    }
    return fingerprint.digits
  }
}
