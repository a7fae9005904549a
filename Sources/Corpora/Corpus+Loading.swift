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

  /// The paths of files that are validated and tested on, where these are not the end of the text.
  public struct HeldOut: Sendable {
    let validation, test: String

    /// Names two files; nil without both.
    public init?(_ validation: String?, _ test: String?) {
      guard let validation, let test else { return nil }
      (self.validation, self.test) = (validation, test)
    }
  }

  /// Reads a corpus and collects its vocabulary.
  ///
  /// Unless told otherwise it is all 256 bytes for a file, its characters, or its ``Vocabulary/standardWords`` most frequent words;
  /// of a built-in text what occurs. Files that are held out have no part in it.
  ///
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when its contents are not usable.
  public static func load(
    _ specification: String, heldOut: HeldOut? = nil, tokenization: Tokenization, size: Vocabulary.Size? = nil,
    minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    let text = try CorpusText(specification)
    return try load(text, heldOut, tokenization, minimum) { bytes in
      switch (tokenization, size) {
      case (.bytes, .count): .allBytes
      case (.bytes, nil) where text.builtin == nil: .allBytes
      case (.words, .count(let words)): try Vocabulary(of: bytes, words: words, isWhole: heldOut != nil)
      case (.words, nil) where text.builtin == nil:
        try Vocabulary(of: bytes, words: Vocabulary.standardWords, isWhole: heldOut != nil, orFewer: true)
      default: try Vocabulary(of: bytes, tokenization: tokenization)
      }
    }
  }

  /// Reads a corpus with the vocabulary of another one: that of a checkpoint to be evaluated.
  ///
  /// - Throws: `FileError`, `missing` when there is no such file or corpus, `damaged` when its contents are not usable,
  ///   for instance a symbol that the vocabulary lacks.
  public static func load(
    _ specification: String, heldOut: HeldOut? = nil, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(CorpusText(specification), heldOut, vocabulary.tokenization, minimum) { _ in vocabulary }
  }

  /// The same of a text that was read.
  public static func load(
    _ text: CorpusText, vocabulary: Vocabulary, minimum: Splits<Int> = Splits(all: 2)
  ) throws -> Corpus {
    try load(text, nil, vocabulary.tokenization, minimum) { _ in vocabulary }
  }

  private static func load(
    _ text: CorpusText, _ heldOut: HeldOut?, _ tokenization: Tokenization, _ minimum: Splits<Int>,
    _ vocabulary: ([UInt8]) throws -> Vocabulary
  ) throws -> Corpus {
    func naming<Value>(_ text: CorpusText, _ body: () throws -> Value) throws -> Value {
      do { return try body() } catch let error as CorpusError {
        throw FileError(.damaged, text.source, error.description)
      }
    }
    if let builtin = text.builtin {
      return try naming(text) {
        let vocabulary = try vocabulary(text.bytes)
        if heldOut != nil {
          throw CorpusError("found files to validate and test on, expected none: a built-in text has such parts")
        }
        return try Corpus(builtin: builtin, vocabulary: vocabulary, minimum: minimum)
      }
    }
    let notes = try naming(text) { try text.notes(tokenization) }
    let vocabulary = try naming(text) { try vocabulary(text.bytes) }
    guard let heldOut else {
      return try naming(text) {
        try Corpus(name: text.name, text: text.bytes, vocabulary: vocabulary, minimum: minimum, notes: notes)
      }
    }
    let texts = Splits(
      train: text, validation: try CorpusText(file: heldOut.validation), test: try CorpusText(file: heldOut.test))
    let held = try [texts.validation, texts.test].flatMap { text in try naming(text) { try text.notes(tokenization) } }
    let symbols = try texts.map { text in try naming(text) { try vocabulary.encode(text.bytes) } }
    for name in SplitName.allCases {
      try naming(texts[name]) { try check(symbols[name].count, name, minimum[name], vocabulary.tokenization) }
    }
    return Corpus(name: text.name, symbols: symbols, vocabulary: vocabulary, notes: notes + held)
  }

  /// Makes a corpus of a built-in text, for instance one with another seed; its symbols are bytes unless given.
  ///
  /// - Throws: `CorpusError` when the vocabulary does not fit or a split is too short.
  public init(
    builtin: any BuiltinText, vocabulary: Vocabulary? = nil, minimum: Splits<Int> = Splits(all: 2)
  ) throws {
    let vocabulary = try vocabulary ?? Vocabulary(of: builtin.text, tokenization: .bytes)
    guard vocabulary.tokenization != .words else {
      throw CorpusError("has no words: expected --tokens bytes or --tokens characters")
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
    if specification.hasPrefix(Corpus.builtinPrefix) {
      guard let name = BuiltinCorpus(rawValue: specification) else {
        throw FileError(
          .missing, specification,
          "found no such built-in corpus, expected \(Corpus.builtinNames.joined(separator: ", ")) or the path of a file"
        )
      }
      let builtin = name.make()
      self.init(specification, builtin.text, builtin)
    } else if specification == InputFile.standardInput {
      self.init(specification, try InputFile.readStandardInput())
      if bytes.isEmpty { throw FileError(.damaged, InputFile.standardInputName, "found nothing, expected text") }
    } else {
      try self.init(file: specification)
    }
  }

  /// Reads a text that is neither a built-in one nor standard input.
  init(file path: String) throws {
    self.init(path, try InputFile.read(path))
    if bytes.isEmpty { throw FileError(.damaged, path, "found an empty file, expected text") }
  }

  private init(_ specification: String, _ bytes: [UInt8], _ builtin: (any BuiltinText)? = nil) {
    (self.specification, self.bytes, self.builtin) = (specification, bytes, builtin)
  }

  /// What is to be said of the text before it is read as some symbols, after its name.
  ///
  /// - Throws: `CorpusError` if it is no text.
  func notes(_ tokenization: Tokenization) throws(CorpusError) -> [String] {
    let isMarked = tokenization != .bytes && bytes.starts(with: byteOrderMark)
    return [
      try FileFormat.warning(of: bytes, tokenization),
      isMarked ? "a byte-order mark at the beginning is left out" : nil,
    ].compactMap { $0.map { "\(name): \($0)" } }
  }

  /// What messages call the text.
  var source: String { specification == InputFile.standardInput ? InputFile.standardInputName : specification }

  /// What results call the text: the last component of a path.
  var name: String { InputFile.lastComponent(of: source) }
}
