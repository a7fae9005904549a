import RunFiles

/// The V different symbols of a text, numbered from 0.
///
/// Characters come from the whole file, as is customary for these data sets: one that occurs in the test split alone has a
/// number too. So nothing is unknown, and V (but nothing else) depends on validation and test data. Bytes of a file are all 256,
/// and words the most frequent ones of its training split: see ``Corpus/load(_:heldOut:tokenization:size:minimum:)``.
///
/// The order is fixed by the text: bytes and characters by value, words by falling frequency, equally frequent ones
/// by first appearance.
public struct Vocabulary: Sendable, Equatable {
  /// What one symbol is.
  public let tokenization: Tokenization
  /// The bytes of every symbol; a newline stands for itself in all tokenizations.
  let table: SymbolTable
  /// The number of each byte or scalar up to the largest one, −1 where there is none; empty for words.
  let numbers: [Int32]
  /// The number of `<unk>` among words, as which every word is read that the vocabulary lacks; nil where there is none.
  public let unknown: Int32?

  /// V, the number of symbols.
  public var count: Int { table.count }

  /// Whether every symbol is made of ASCII characters alone.
  public var isASCII: Bool { table.pool.allSatisfy { $0 < 0x80 } }

  /// How many symbols a text is read in.
  public enum Size: Equatable, Sendable, LosslessStringConvertible {
    /// Those that occur in it.
    case occurring
    /// So many words, the most frequent ones of its training split, or all 256 bytes.
    case count(Int)

    /// Reads "occurring" or a number.
    public init?(_ text: String) {
      if text == "occurring" {
        self = .occurring
      } else if let count = Int(text), Vocabulary.wordCounts.contains(count) {
        self = .count(count)
      } else {
        return nil
      }
    }

    /// As it is read.
    public var description: String {
      switch self {
      case .occurring: "occurring"
      case .count(let count): "\(count)"
      }
    }
  }

  /// Collects the symbols of a text.
  ///
  /// - Throws: `CorpusError` when characters or words are wanted and the text is not UTF-8.
  public init(of text: [UInt8], tokenization: Tokenization) throws {
    let table = try text.withUnsafeBufferPointer { bytes in
      switch tokenization {
      case .bytes: Vocabulary.bytes(in: bytes)
      case .characters: try Vocabulary.characters(in: TextScanner(bytes: bytes))
      case .words: try Vocabulary.words(in: TextScanner(bytes: bytes))
      }
    }
    self.init(tokenization, table)
  }

  /// All 256 bytes, so that a model of one text can read every other.
  public static let allBytes = Vocabulary(
    .bytes, (UInt8.min...UInt8.max).reduce(into: SymbolTable()) { $0.insert([$1]) })

  /// Numbers the symbols of a table, which must be single bytes, scalars or words as the tokenization demands.
  init(_ tokenization: Tokenization, _ table: SymbolTable) {
    self.tokenization = tokenization
    self.table = table
    let codes =
      switch tokenization {
      case .bytes: table.pool.map { Int($0) }
      case .characters: String(decoding: table.pool, as: UTF8.self).unicodeScalars.map { Int($0.value) }
      case .words: [Int]()
      }
    var numbers = [Int32](repeating: -1, count: (codes.max() ?? -1) + 1)
    for (number, code) in codes.enumerated() { numbers[code] = Int32(number) }
    self.numbers = numbers
    let unknown = tokenization == .words ? table.find(Vocabulary.unknownWord) : -1
    self.unknown = unknown < 0 ? nil : unknown
  }

  /// Whether two vocabularies number the same symbols in the same order.
  public static func == (left: Vocabulary, right: Vocabulary) -> Bool {
    left.tokenization == right.tokenization && left.table == right.table
  }

  private static func bytes(in text: UnsafeBufferPointer<UInt8>) -> SymbolTable {
    var occurs = [Bool](repeating: false, count: 256)
    for byte in text { occurs[Int(byte)] = true }
    var table = SymbolTable()
    for byte in UInt8.min...UInt8.max where occurs[Int(byte)] { table.insert([byte]) }
    return table
  }

  private static func characters(in text: TextScanner) throws -> SymbolTable {
    var occurs = [Bool](repeating: false, count: 0x11_0000)
    try text.forEachScalar { value, _ in occurs[Int(value)] = true }
    var table = SymbolTable()
    for value in occurs.indices where occurs[value] {
      if let scalar = Unicode.Scalar(UInt32(value)) { table.insert(Array(String(scalar).utf8)) }
    }
    return table
  }
}

extension SymbolTable {
  /// Appends a string unless it is there.
  mutating func insert(_ string: [UInt8]) {
    string.withUnsafeBufferPointer { _ = insert($0) }
  }

  /// Returns the number of a string, −1 if it is not in the table.
  func find(_ string: [UInt8]) -> Int32 {
    string.withUnsafeBufferPointer { find($0) }
  }
}

/// What one symbol of a text is.
public enum Tokenization: String, CaseIterable, Codable, Sendable {
  /// A byte. Any file can be read, a byte-order mark as the bytes that it is; a letter outside ASCII takes several symbols.
  case bytes
  /// A Unicode scalar of UTF-8 text; a byte-order mark at its beginning is no part of it, nor of words.
  ///
  /// Scalars, not what Swift calls a `Character`: those compare equal when they are canonically equivalent ("é" as one
  /// scalar or as two), so a vocabulary of them could not give back the text that it was given, and combining marks
  /// make their number unbounded. "\r\n" is two symbols, a letter followed by a combining accent too.
  case characters
  /// A word of UTF-8 text: a longest run without Unicode white space, as in WikiText.
  ///
  /// Every newline "\n" is a symbol of its own (WikiText's `<eos>`); all other white space only separates. A text comes
  /// back with single spaces between the words of a line and none at its ends.
  case words
}

extension Vocabulary {
  /// Returns the text of a sequence of symbols.
  public func decode(_ symbols: some Sequence<Int32>) -> String {
    String(decoding: decodeBytes(symbols), as: UTF8.self)
  }

  /// Returns the exact bytes of a sequence of symbols.
  ///
  /// Words are separated by single spaces, except beside a newline.
  public func decodeBytes(_ symbols: some Sequence<Int32>) -> [UInt8] {
    var bytes: [UInt8] = []
    for symbol in symbols {
      let next = self[symbol]
      if tokenization == .words, let last = bytes.last, last != 0x0A, next.first != 0x0A { bytes.append(0x20) }
      bytes += next
    }
    return bytes
  }

  /// The bytes of a symbol.
  public subscript(symbol: Int32) -> ArraySlice<UInt8> {
    precondition(0 <= symbol && symbol < count, "Vocabulary: symbol \(symbol) is not in 0 ..< \(count)")
    return table[Int(symbol)]
  }

  /// Returns a symbol as it is shown in a table: quoted, with escapes; a newline among words is `<eos>`.
  public func name(of symbol: Int32) -> String {
    let bytes = self[symbol]
    if tokenization == .words && bytes.elementsEqual([0x0A]) { return "<eos>" }
    if tokenization == .bytes, let byte = bytes.first, byte >= 0x80 { return hexadecimal(byte) }
    return String(decoding: bytes, as: UTF8.self).debugDescription
  }
}

/// Stored as the tokenization and the symbols in order: numbers for bytes, strings for characters and words.
extension Vocabulary: Codable, Described {
  package static let words = """
    vocabulary: the symbols of a text
    symbols: in order: numbers for bytes, strings for characters and words
    """
  package static let varying = ["symbols": SchemaKind.list(.either(.integer, .string))]

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
