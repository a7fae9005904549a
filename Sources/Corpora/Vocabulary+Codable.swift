/// Stored as the tokenization and the symbols in order: numbers for bytes, strings for characters and words.
extension Vocabulary: Codable {
  private enum CodingKeys: CodingKey { case tokenization, symbols }

  /// Writes the vocabulary.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tokenization, forKey: .tokenization)
    if tokenization == .bytes {
      try container.encode(table.pool, forKey: .symbols)
    } else {
      let symbols = (0..<count).map { String(decoding: table[$0], as: UTF8.self) }
      try container.encode(symbols, forKey: .symbols)
    }
  }

  /// Reads a vocabulary.
  ///
  /// - Throws: `DecodingError` when the symbols are not what the tokenization demands, or not all different.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let tokenization = try container.decode(Tokenization.self, forKey: .tokenization)
    let symbols =
      tokenization == .bytes
      ? try container.decode([UInt8].self, forKey: .symbols).map { [$0] }
      : try container.decode([String].self, forKey: .symbols).map { Array($0.utf8) }
    var table = SymbolTable()
    for (number, symbol) in symbols.enumerated() {
      table.insert(symbol)
      guard table.count == number + 1, Vocabulary.isSymbol(symbol, tokenization) else {
        throw DecodingError.dataCorruptedError(
          forKey: .symbols, in: container,
          debugDescription: "symbol \(number) of the vocabulary of \(tokenization) is repeated or not one symbol")
      }
    }
    self.init(tokenization, table)
  }

  /// Whether a text is exactly one symbol.
  private static func isSymbol(_ text: [UInt8], _ tokenization: Tokenization) -> Bool {
    switch tokenization {
    case .bytes: text.count == 1
    case .characters: String(decoding: text, as: UTF8.self).unicodeScalars.count == 1
    case .words:
      text == [0x0A]
        || !text.isEmpty
          && !String(decoding: text, as: UTF8.self).unicodeScalars.contains { TextScanner.isWhiteSpace($0.value) }
    }
  }
}
