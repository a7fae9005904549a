/// The V different symbols of a text, numbered from 0.
///
/// Built from the whole file, as is customary for these data sets: a symbol that occurs in the test split alone has a
/// number too, so nothing is unknown, and V (but nothing else) depends on validation and test data. A vocabulary of
/// words may be cut instead, by their frequency in the training split: see ``init(of:words:)``.
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

  /// Collects the symbols of a text.
  ///
  /// - Parameters:
  ///   - text: The bytes of the whole text.
  ///   - tokenization: What one symbol is.
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
  ///
  /// - Parameter right: The other.
  /// - Returns: Whether they are interchangeable.
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
