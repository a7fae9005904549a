import RunFiles

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
    /// What precedes the split in the file; empty at the file's beginning.
    public let preceding: Preceding

    /// The end of what precedes a split: a model reads it before the first symbol.
    public struct Preceding: Sendable, Equatable {
      /// The symbols that are kept, at most: more than any model of ours can see.
      static let limit = 1 << 17

      package let symbols: [Int32]
      let annotations: Annotations?

      /// Keeps the end of a text.
      init(_ symbols: ArraySlice<Int32> = [], _ annotations: Annotations? = nil) {
        let end = symbols.suffix(Self.limit)
        (self.symbols, self.annotations) = (Array(end), annotations?.part(end.indices))
      }
    }

    /// Creates a part.
    public init(
      symbols: [Int32], annotations: Annotations? = nil, unknown: Int32? = nil, guesses: AnswerGuesses? = nil,
      frequencies: WordFrequencies? = nil
    ) {
      self.init(
        symbols: symbols, annotations: annotations, unknown: unknown, guesses: guesses, frequencies: frequencies,
        preceding: Preceding())
    }

    init(
      symbols: [Int32], annotations: Annotations?, unknown: Int32?, guesses: AnswerGuesses?,
      frequencies: WordFrequencies?, preceding: Preceding
    ) {
      (self.symbols, self.annotations, self.unknown) = (symbols, annotations, unknown)
      (self.guesses, self.frequencies, self.preceding) = (guesses, frequencies, preceding)
    }

    /// The beginning of the split: so many symbols, or all.
    public func prefix(_ count: Int) -> Split {
      let range = 0..<min(count, symbols.count)
      return Split(
        symbols: Array(symbols[range]), annotations: annotations?.part(range), unknown: unknown,
        guesses: guesses, frequencies: frequencies, preceding: preceding)
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
  /// What is to be said of the files: what they look like, and what is left out of them.
  public let notes: [String]
  /// Whether its parts are files of their own, not pieces of one text.
  private let isInFiles: Bool
  /// The exact entropy of the source in bits per character; nil where it is not known.
  public var entropyBitsPerCharacter: Double? { builtin?.facts.entropyBitsPerCharacter }

  /// The symbols with which a line ends or a word begins.
  public var boundaries: Set<Int32> {
    Set((builtin?.facts.boundaries ?? Array("\n".utf8)).compactMap { try? vocabulary.encode([$0]).first })
  }

  /// The whole text, in one piece.
  public var all: Split {
    let parts = splits.all
    let annotations = splits.train.annotations.map { first in
      let rest = parts.dropFirst().compactMap(\.annotations)
      return Annotations(
        marks: rest.reduce(first.marks) { $0 + $1.marks },
        classes: first.classes.map { own in rest.reduce(own) { $0 + ($1.classes ?? []) } }, of: first.classCount)
    }
    return Split(
      symbols: parts.flatMap(\.symbols), annotations: annotations, unknown: splits.train.unknown,
      guesses: splits.train.guesses, frequencies: splits.train.frequencies)
  }

  /// Cuts a text into splits and encodes it.
  ///
  /// - Throws: `CorpusError` when a symbol is not in the vocabulary, or a split is too short.
  init(
    name: String, text: [UInt8], vocabulary: Vocabulary, minimum: Splits<Int>,
    builtin: (any BuiltinText)? = nil, notes: [String] = []
  ) throws {
    var symbols = try vocabulary.encode(text)
    let ranges = Splits<Range<Int>>(ofSymbols: symbols.count)
    try Corpus.check(ranges.map(\.count), minimum, vocabulary.tokenization)
    self.name = name
    self.vocabulary = vocabulary
    self.builtin = builtin.map { type(of: $0).corpus }
    minimumSegment = builtin?.minimumSegment
    (self.notes, isInFiles) = (notes, false)
    let annotations = builtin?.annotations
    let guesses = annotations.flatMap { AnswerGuesses(symbols[ranges.train], $0.marks) }
    let frequencies = vocabulary.unknown.map { _ in
      WordFrequencies(of: symbols[ranges.train], vocabulary: vocabulary.count)
    }
    func split(_ symbols: [Int32], _ range: Range<Int>, after preceding: ArraySlice<Int32>) -> Split {
      Split(
        symbols: symbols, annotations: annotations?.part(range), unknown: vocabulary.unknown, guesses: guesses,
        frequencies: frequencies, preceding: Split.Preceding(preceding, annotations))
    }
    func split(_ range: Range<Int>) -> Split {
      split(Array(symbols[range]), range, after: symbols[..<range.lowerBound])
    }
    let (validation, test) = (split(ranges.validation), split(ranges.test))
    // What is left is the training split: the largest array is not copied.
    symbols.removeSubrange(ranges.train.upperBound...)
    splits = Splits(train: split(symbols, ranges.train, after: []), validation: validation, test: test)
  }

  /// A text of three files, each of which begins with nothing before it.
  init(name: String, symbols: Splits<[Int32]>, vocabulary: Vocabulary, notes: [String] = []) {
    let frequencies = vocabulary.unknown.map { _ in
      WordFrequencies(of: symbols.train[...], vocabulary: vocabulary.count)
    }
    (self.name, self.vocabulary, builtin, minimumSegment) = (name, vocabulary, nil, nil)
    (self.notes, isInFiles) = (notes, true)
    splits = symbols.map { Split(symbols: $0, unknown: vocabulary.unknown, frequencies: frequencies) }
  }

  /// Refuses a file that is too short for the split that it is.
  static func check(_ found: Int, _ name: SplitName, _ minimum: Int, _ tokenization: Tokenization) throws {
    guard found < minimum else { return }
    throw CorpusError("too short: found \(found) \(tokenization) for the \(name) split, expected at least \(minimum)")
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

  /// A checksum of all symbols in order (FNV-1a, 64 bits), as 16 hexadecimal digits; of three files with the length before each.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for split in splits.all {
      if isInFiles { fingerprint.add(split.symbols.count) }
      for symbol in split.symbols { fingerprint.add(symbol) }
    }
    return fingerprint.digits
  }
}

/// A checksum of integers in order: FNV-1a, 64 bits, an integer at a time.
struct Fingerprint {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Goes on by one integer.
  mutating func add(_ value: some BinaryInteger) {
    hash = (hash ^ UInt64(truncatingIfNeeded: value)) &* 0x100_0000_01B3
  }

  /// The checksum as 16 hexadecimal digits.
  var digits: String { hash.hexadecimal }
}
