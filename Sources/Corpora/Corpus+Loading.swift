import Foundation

extension Corpus {
  /// The names of the built-in corpora.
  public static let builtinNames = [DialectCorpus.name]

  /// Reads a corpus and collects its vocabulary.
  ///
  /// - Parameters:
  ///   - specification: `builtin:dialects`, or the path of a file.
  ///   - tokenization: What one symbol is.
  ///   - minimum: The number of symbols that each split needs at least, see `BatchStream.minimumSymbols`.
  /// - Returns: The corpus, split 90 / 5 / 5 in file order.
  /// - Throws: `CorpusError` when there is no such file or corpus, or its contents are not usable.
  public static func load(
    _ specification: String, tokenization: Tokenization, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(specification, minimum) { try Vocabulary(of: $0, tokenization: tokenization) }
  }

  /// Reads a corpus with the vocabulary of another one: that of a checkpoint to be evaluated.
  ///
  /// - Parameters:
  ///   - specification: `builtin:dialects`, or the path of a file.
  ///   - vocabulary: The symbols that may occur.
  ///   - minimum: The number of symbols that each split needs at least.
  /// - Returns: The corpus, split 90 / 5 / 5 in file order.
  /// - Throws: `CorpusError` when there is no such file or corpus, or it has a symbol that the vocabulary lacks.
  public static func load(
    _ specification: String, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(specification, minimum) { _ in vocabulary }
  }

  private static func load(
    _ specification: String, _ minimum: Splits<Int>, _ vocabulary: ([UInt8]) throws -> Vocabulary
  ) throws -> Corpus {
    if specification.hasPrefix("builtin:") {
      guard specification == DialectCorpus.name else {
        throw CorpusError(
          .missing,
          "no such built-in corpus, expected \(builtinNames.joined(separator: ", ")) or the path of a file"
        ).naming(specification)
      }
      let dialects = DialectCorpus()
      return try naming(specification) {
        try Corpus(dialects: dialects, vocabulary: try vocabulary(dialects.text), minimum: minimum)
      }
    }
    let text = try InputFile.read(specification)
    let name = URL(fileURLWithPath: specification).lastPathComponent
    return try naming(specification) {
      try Corpus(name: name, text: text, vocabulary: try vocabulary(text), minimum: minimum)
    }
  }

  /// Makes a corpus of dialects, for instance one with another seed.
  ///
  /// - Parameters:
  ///   - dialects: The text.
  ///   - vocabulary: The symbols, bytes or characters; nil collects the bytes that occur.
  ///   - minimum: The number of symbols that each split needs at least.
  /// - Throws: `CorpusError` when the vocabulary does not fit or a split is too short.
  public init(
    dialects: DialectCorpus, vocabulary: Vocabulary? = nil, minimum: Splits<Int> = Splits(all: 2)
  ) throws {
    let vocabulary = try vocabulary ?? Vocabulary(of: dialects.text, tokenization: .bytes)
    guard vocabulary.tokenization != .words else {
      throw CorpusError(.badData, "has no words: expected the tokenization \"bytes\" or \"characters\"")
    }
    try self.init(
      name: DialectCorpus.name, text: dialects.text, vocabulary: vocabulary, minimum: minimum,
      annotations: dialects.annotations, entropyBitsPerCharacter: DialectCorpus.entropyBitsPerCharacter)
  }

  /// Runs `body` and puts the name of the input in front of its errors.
  private static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CorpusError {
      throw error.naming(path)
    }
  }
}
