extension Vocabulary {
  /// Returns the numbers of the symbols of a text.
  ///
  /// - Throws: `CorpusError` that names the first symbol that the vocabulary lacks and its position.
  public func encode(_ text: String) throws -> [Int32] {
    try encode(Array(text.utf8))
  }

  /// Returns the numbers of the symbols of a text given by its bytes.
  ///
  /// - Throws: `CorpusError` that names the first symbol that the vocabulary lacks, or the first byte that is not
  ///   UTF-8, and its position.
  public func encode(_ text: [UInt8]) throws -> [Int32] { try encode(text, from: .start) }

  /// The same for a piece of a file, whose place messages name.
  func encode(_ text: [UInt8], from origin: TextOrigin) throws -> [Int32] {
    try text.withUnsafeBufferPointer { bytes in
      let text = TextScanner(bytes: bytes, origin: origin)
      return switch tokenization {
      case .bytes: try encodeBytes(text)
      case .characters: try encodeCharacters(text)
      case .words: try encodeWords(text)
      }
    }
  }

  private func encodeBytes(_ text: TextScanner) throws -> [Int32] {
    // A full table needs no bounds check in the loop.
    let full = numbers + [Int32](repeating: -1, count: 256 - numbers.count)
    return try full.withUnsafeBufferPointer { full in
      try [Int32](unsafeUninitializedCapacity: text.bytes.count) { symbols, count in
        for offset in 0..<text.bytes.count {
          let number = full[Int(text.bytes[offset])]
          if number < 0 { throw missing(offset..<offset + 1, in: text) }
          symbols[offset] = number
        }
        count = text.bytes.count
      }
    }
  }

  private func encodeCharacters(_ text: TextScanner) throws -> [Int32] {
    try numbers.withUnsafeBufferPointer { numbers in
      // There are at most as many scalars as bytes; pages that are never written cost nothing.
      try [Int32](unsafeUninitializedCapacity: text.bytes.count) { symbols, count in
        try text.forEachScalar { value, offset in
          let number = Int(value) < numbers.count ? numbers[Int(value)] : -1
          if number < 0 { throw missing(offset..<offset + (try text.scalar(at: offset).length), in: text) }
          symbols[count] = number
          count += 1
        }
      }
    }
  }

  private func encodeWords(_ text: TextScanner) throws -> [Int32] {
    var symbols: [Int32] = []
    try text.forEachWord { place in
      let number = table.find(UnsafeBufferPointer(rebasing: text.bytes[place]))
      guard let known = number < 0 ? unknown : number else { throw missing(place, in: text) }
      symbols.append(known)
    }
    return symbols
  }

  /// The error for a symbol that the vocabulary lacks.
  private func missing(_ place: Range<Int>, in text: TextScanner) -> CorpusError {
    let symbol =
      switch tokenization {
      case .bytes: Self.described(text.bytes[place.lowerBound])
      case .characters: "character \(String(decoding: text.bytes[place], as: UTF8.self).debugDescription)"
      // A file without white space is one word.
      case .words: "word \(String(String(decoding: text.bytes[place], as: UTF8.self).prefix(60)).debugDescription)"
      }
    let remedy =
      switch tokenization {
      case .bytes: "--vocabulary \(Vocabulary.allBytes.count) reads every text"
      case .characters: "--tokens bytes reads every text"
      case .words: "--vocabulary \(Vocabulary.standardWords) reads unknown words as <unk>"
      }
    return CorpusError(
      "\(symbol) at \(text.position(of: place.lowerBound)) is not among the vocabulary's \(count) \(tokenization), "
        + "those of the text that the model was trained on; a model trained with \(remedy)")
  }

  /// A byte in hexadecimal digits, and the character that it is if it is one.
  private static func described(_ byte: UInt8) -> String {
    let isVisible = (0x21...0x7E).contains(byte)
    return hexadecimal(byte) + (isVisible ? " (\(String(UnicodeScalar(byte)).debugDescription))" : "")
  }
}
