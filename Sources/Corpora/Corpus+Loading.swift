import RunFiles

extension Corpus {
  /// The names of the built-in corpora.
  public static let builtinNames = BuiltinCorpus.allCases.map(\.rawValue)
  static let builtinPrefix = "builtin:"

  /// Returns what specifies the same corpus from every working directory.
  ///
  /// - Parameter specification: The name of a built-in corpus, the path of a file, or `-` for standard input.
  /// - Returns: The name, `-`, or an absolute path.
  public static func absoluteSpecification(_ specification: String) -> String {
    specification.hasPrefix(builtinPrefix) || specification == InputFile.standardInput
      ? specification : InputFile.absolutePath(of: specification)
  }

  /// Reads a corpus and collects its vocabulary.
  ///
  /// - Parameters:
  ///   - specification: The name of a built-in corpus, the path of a file, or `-` for standard input.
  ///   - tokenization: What one symbol is.
  ///   - words: V of a vocabulary of words that is cut by frequency, see ``Vocabulary/init(of:words:)``; nil for all.
  ///   - minimum: The number of symbols that each split needs at least, see `BatchStream.minimumSymbols`.
  /// - Returns: The corpus, split 90 / 5 / 5 in file order.
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when its contents are not usable.
  public static func load(
    _ specification: String, tokenization: Tokenization, words: Int? = nil, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    precondition(words == nil || tokenization == .words, "Corpus.load: \(tokenization) are not cut by frequency")
    return try load(CorpusText(specification), minimum) { text in
      try words.map { try Vocabulary(of: text, words: $0) } ?? Vocabulary(of: text, tokenization: tokenization)
    }
  }

  /// Reads a corpus with the vocabulary of another one: that of a checkpoint to be evaluated.
  ///
  /// - Parameters:
  ///   - specification: The name of a built-in corpus, the path of a file, or `-` for standard input.
  ///   - vocabulary: The symbols that may occur.
  ///   - minimum: The number of symbols that each split needs at least.
  /// - Returns: The corpus, split 90 / 5 / 5 in file order.
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when its contents are not usable,
  ///   for instance a symbol that the vocabulary lacks.
  public static func load(
    _ specification: String, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(CorpusText(specification), vocabulary: vocabulary, minimum: minimum)
  }

  /// Makes a corpus of a text that was read, with the vocabulary of another one: that of a checkpoint to be evaluated.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - vocabulary: The symbols that may occur.
  ///   - minimum: The number of symbols that each split needs at least.
  /// - Returns: The corpus, split 90 / 5 / 5 in file order.
  /// - Throws: `FileError`, `damaged` when the text is not usable, for instance with a symbol that the vocabulary lacks.
  public static func load(
    _ text: CorpusText, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(text, minimum) { _ in vocabulary }
  }

  private static func load(
    _ text: CorpusText, _ minimum: Splits<Int>, _ vocabulary: ([UInt8]) throws -> Vocabulary
  ) throws -> Corpus {
    try naming(text.source) {
      let vocabulary = try vocabulary(text.bytes)
      guard let builtin = text.builtin else {
        return try Corpus(name: text.name, text: text.bytes, vocabulary: vocabulary, minimum: minimum)
      }
      return try Corpus(builtin: builtin, vocabulary: vocabulary, minimum: minimum)
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
    try self.init(builtin: dialects, vocabulary: vocabulary, minimum: minimum)
  }

  /// Makes a corpus of a built-in text, for instance one with another seed.
  ///
  /// - Parameters:
  ///   - builtin: The text.
  ///   - vocabulary: The symbols, bytes or characters; nil collects the bytes that occur.
  ///   - minimum: The number of symbols that each split needs at least.
  /// - Throws: `CorpusError` when the vocabulary does not fit or a split is too short.
  public init(
    builtin: any BuiltinText, vocabulary: Vocabulary? = nil, minimum: Splits<Int> = Splits(all: 2)
  ) throws {
    let vocabulary = try vocabulary ?? Vocabulary(of: builtin.text, tokenization: .bytes)
    guard vocabulary.tokenization != .words else {
      throw CorpusError("has no words: expected the tokenization \"bytes\" or \"characters\"")
    }
    try self.init(
      name: type(of: builtin).corpus.rawValue, text: builtin.text, vocabulary: vocabulary, minimum: minimum,
      builtin: builtin)
  }

  /// Runs `body` and adds the name of the input to what it says is wrong with a text.
  private static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CorpusError {
      throw FileError(.damaged, path, error.description)
    }
  }
}
