import RunFiles

extension Corpus {
  /// The names of the built-in corpora.
  public static let builtinNames = BuiltinCorpus.allCases.map(\.rawValue)
  static let builtinPrefix = "builtin:"

  /// What specifies the same corpus from every working directory.
  public static func absoluteSpecification(_ specification: String) -> String {
    specification.hasPrefix(builtinPrefix) || specification == InputFile.standardInput
      ? specification : InputFile.absolutePath(of: specification)
  }

  /// Reads a corpus and collects its vocabulary.
  ///
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
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when its contents are not usable,
  ///   for instance a symbol that the vocabulary lacks.
  public static func load(
    _ specification: String, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(CorpusText(specification), vocabulary: vocabulary, minimum: minimum)
  }

  /// The same of a text that was read.
  public static func load(
    _ text: CorpusText, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(text, minimum) { _ in vocabulary }
  }

  private static func load(
    _ text: CorpusText, _ minimum: Splits<Int>, _ vocabulary: ([UInt8]) throws -> Vocabulary
  ) throws -> Corpus {
    do {
      let vocabulary = try vocabulary(text.bytes)
      guard let builtin = text.builtin else {
        return try Corpus(name: text.name, text: text.bytes, vocabulary: vocabulary, minimum: minimum)
      }
      return try Corpus(builtin: builtin, vocabulary: vocabulary, minimum: minimum)
    } catch let error as CorpusError {
      throw FileError(.damaged, text.source, error.description)
    }
  }

  /// Makes a corpus of a built-in text, for instance one with another seed; its symbols are bytes unless given.
  ///
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
}

/// The text of a corpus before it is symbols: read once, whatever is made of it.
///
/// Standard input cannot be read a second time.
public struct CorpusText: Sendable {
  /// What the command line calls it: the name of a built-in corpus, a file's path, or `-` for standard input.
  public let specification: String
  let bytes: [UInt8]
  /// The built-in text, if it is one.
  let builtin: (any BuiltinText)?

  /// Reads a text.
  ///
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when it is empty.
  public init(_ specification: String) throws {
    self.specification = specification
    if specification.hasPrefix(Corpus.builtinPrefix) {
      guard let name = BuiltinCorpus(rawValue: specification) else {
        throw FileError(
          .missing, specification,
          "found no such built-in corpus, expected \(Corpus.builtinNames.joined(separator: ", ")) or the path of a file"
        )
      }
      let builtin = name.make()
      (self.builtin, bytes) = (builtin, builtin.text)
    } else if specification == InputFile.standardInput {
      (builtin, bytes) = (nil, try InputFile.readStandardInput())
      if bytes.isEmpty { throw FileError(.damaged, InputFile.standardInputName, "found nothing, expected text") }
    } else {
      (builtin, bytes) = (nil, try InputFile.read(specification))
      if bytes.isEmpty { throw FileError(.damaged, specification, "found an empty file, expected text") }
    }
  }

  /// What messages call the text.
  var source: String { specification == InputFile.standardInput ? InputFile.standardInputName : specification }

  /// What results call the text: the last component of a path.
  var name: String { InputFile.lastComponent(of: source) }
}
