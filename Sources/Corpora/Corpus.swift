/// A text ready for training and evaluation: its vocabulary and the symbols of its three splits.
public struct Corpus: Sendable {
  /// One split of a corpus.
  public struct Split: Sendable, Equatable {
    /// The symbols in file order, numbers in 0 ..< V.
    public let symbols: [Int32]
    /// What is known about each symbol; nil for files.
    public let annotations: DialectAnnotations?

    /// Creates a part.
    ///
    /// - Parameters:
    ///   - symbols: Its text.
    ///   - annotations: What is known about each symbol, or nil.
    public init(symbols: [Int32], annotations: DialectAnnotations? = nil) {
      self.symbols = symbols
      self.annotations = annotations
    }

    /// Returns the beginning of the split.
    ///
    /// - Parameter count: How many symbols, at most.
    public func prefix(_ count: Int) -> Split {
      let range = 0..<min(count, symbols.count)
      return Split(symbols: Array(symbols[range]), annotations: annotations?.part(range))
    }
  }

  /// The last component of the file's path, or the name of a built-in corpus.
  public let name: String
  /// The symbols that occur.
  public let vocabulary: Vocabulary
  /// Training, validation and test data.
  public let splits: Splits<Split>
  /// The exact entropy of the source in bits per character; nil for files.
  public let entropyBitsPerCharacter: Double?

  /// Cuts a text into splits and encodes it.
  ///
  /// - Parameters:
  ///   - name: What to call the corpus.
  ///   - text: The bytes of the whole text.
  ///   - vocabulary: All symbols of the text.
  ///   - minimum: The number of symbols that each split needs at least.
  ///   - annotations: What is known about each symbol.
  ///   - entropyBitsPerCharacter: The exact entropy of the source, if it is known.
  /// - Throws: `CorpusError` when a symbol is not in the vocabulary, or a split is too short.
  init(
    name: String, text: [UInt8], vocabulary: Vocabulary, minimum: Splits<Int>,
    annotations: DialectAnnotations? = nil, entropyBitsPerCharacter: Double? = nil
  ) throws {
    var symbols = try vocabulary.encode(text)
    let ranges = Splits<Range<Int>>(ofSymbols: symbols.count)
    try Corpus.check(ranges.map(\.count), minimum, vocabulary.tokenization)
    self.name = name
    self.vocabulary = vocabulary
    self.entropyBitsPerCharacter = entropyBitsPerCharacter
    let test = Split(symbols: Array(symbols[ranges.test]), annotations: annotations?.part(ranges.test))
    let validation = Split(
      symbols: Array(symbols[ranges.validation]), annotations: annotations?.part(ranges.validation))
    // What is left is the training split: the largest array is not copied.
    symbols.removeSubrange(ranges.train.upperBound...)
    splits = Splits(
      train: Split(symbols: symbols, annotations: annotations?.part(ranges.train)), validation: validation, test: test)
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
