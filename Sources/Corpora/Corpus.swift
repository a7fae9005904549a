/// A text ready for training and evaluation: its vocabulary and the symbols of its three splits.
public struct Corpus: Sendable {
  /// One split of a corpus.
  public struct Split: Sendable, Equatable {
    /// The symbols in file order, numbers in 0 ..< V.
    public let symbols: [Int32]
    /// What is known about each symbol; nil for files.
    public let annotations: Annotations?
    /// The symbol `<unk>`, as which unknown words are read; nil where nothing is unknown.
    public let unknown: Int32?
    /// What a guess would answer, by the training split; nil for a text without answers.
    public let guesses: AnswerGuesses?
    /// How often words occur in the training split; nil where nothing is unknown.
    public let frequencies: WordFrequencies?

    /// Creates a part.
    ///
    /// - Parameters:
    ///   - symbols: Its text.
    ///   - annotations: What is known about each symbol, or nil.
    ///   - unknown: The symbol `<unk>`, or nil.
    ///   - guesses: What a guess would answer, by the training split, or nil.
    ///   - frequencies: How often words occur in the training split, or nil.
    public init(
      symbols: [Int32], annotations: Annotations? = nil, unknown: Int32? = nil, guesses: AnswerGuesses? = nil,
      frequencies: WordFrequencies? = nil
    ) {
      self.symbols = symbols
      self.annotations = annotations
      self.unknown = unknown
      self.guesses = guesses
      self.frequencies = frequencies
    }

    /// Returns the beginning of the split.
    ///
    /// - Parameter count: How many symbols, at most.
    public func prefix(_ count: Int) -> Split {
      let range = 0..<min(count, symbols.count)
      return Split(
        symbols: Array(symbols[range]), annotations: annotations?.part(range), unknown: unknown,
        guesses: guesses, frequencies: frequencies)
    }
  }

  /// The last component of the file's path, or the name of a built-in corpus.
  public let name: String
  /// The symbols that occur.
  public let vocabulary: Vocabulary
  /// Training, validation and test data.
  public let splits: Splits<Split>
  /// Which built-in corpus it is; nil for files.
  public let builtin: BuiltinCorpus?
  /// The symbols that a segment must hold at least: the longest list and its `=`; nil where any number will do.
  public let minimumSegment: Int?
  /// The exact entropy of the source in bits per character; nil where it is not known.
  public var entropyBitsPerCharacter: Double? { builtin?.facts.entropyBitsPerCharacter }

  /// Cuts a text into splits and encodes it.
  ///
  /// - Parameters:
  ///   - name: What to call the corpus.
  ///   - text: The bytes of the whole text.
  ///   - vocabulary: All symbols of the text.
  ///   - minimum: The number of symbols that each split needs at least.
  ///   - builtin: The built-in text that it is, if it is one.
  /// - Throws: `CorpusError` when a symbol is not in the vocabulary, or a split is too short.
  init(
    name: String, text: [UInt8], vocabulary: Vocabulary, minimum: Splits<Int>,
    builtin: (any BuiltinText)? = nil
  ) throws {
    var symbols = try vocabulary.encode(text)
    let ranges = Splits<Range<Int>>(ofSymbols: symbols.count)
    try Corpus.check(ranges.map(\.count), minimum, vocabulary.tokenization)
    self.name = name
    self.vocabulary = vocabulary
    self.builtin = builtin.map { type(of: $0).corpus }
    minimumSegment = builtin?.minimumSegment
    let annotations = builtin?.annotations
    let guesses = annotations.flatMap { AnswerGuesses(symbols[ranges.train], $0.marks) }
    let frequencies = vocabulary.unknown.map { _ in
      WordFrequencies(of: symbols[ranges.train], vocabulary: vocabulary.count)
    }
    func split(_ symbols: [Int32], _ range: Range<Int>) -> Split {
      Split(
        symbols: symbols, annotations: annotations?.part(range), unknown: vocabulary.unknown, guesses: guesses,
        frequencies: frequencies)
    }
    let test = split(Array(symbols[ranges.test]), ranges.test)
    let validation = split(Array(symbols[ranges.validation]), ranges.validation)
    // What is left is the training split: the largest array is not copied.
    symbols.removeSubrange(ranges.train.upperBound...)
    splits = Splits(train: split(symbols, ranges.train), validation: validation, test: test)
  }

  /// Names the first split that is too short.
  private static func check(_ found: Splits<Int>, _ minimum: Splits<Int>, _ tokenization: Tokenization) throws {
    // More symbols than any file has; multiplied by twenty it is still an integer.
    let minimum = minimum.map { min($0, .max / 64) }
    for name in SplitName.allCases where found[name] < minimum[name] {
      throw CorpusError(
        "too short: the \(name) split has \(found[name]) \(tokenization), expected at least \(minimum[name]); "
          + "the whole text has \(found.train + found.validation + found.test), expected at least "
          + "\(minimum.smallestWhole())")
    }
  }
}
