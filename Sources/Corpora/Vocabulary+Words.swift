import Foundation

extension Vocabulary {
  /// The word as which a cut vocabulary reads all words that it lacks, as WikiText writes it.
  static let unknownWord = Array("<unk>".utf8)

  /// How many words a cut vocabulary may have, `<unk>` included.
  public static let wordCounts = 2...Int(Int32.max)

  /// How many words a vocabulary has unless another number is asked for.
  public static let standardWords = 10_000

  /// Collects the most frequent words of a text's training split, or of the whole text; all others are read as `<unk>`.
  ///
  /// The other words come first, by falling frequency, equally frequent ones by first appearance; `<unk>` is the last.
  /// A word `<unk>` that the text itself has is the same symbol. A newline is a word like any other.
  ///
  /// - Throws: `CorpusError` when the text is not UTF-8, or has fewer different words, unless these will do.
  public init(of text: [UInt8], words count: Int, isWhole: Bool = false, orFewer: Bool = false) throws {
    precondition(Vocabulary.wordCounts.contains(count), "Vocabulary: \(count) words, expected at least 2")
    let table = try text.withUnsafeBufferPointer { bytes in
      try Vocabulary.frequentWords(in: TextScanner(bytes: bytes), count, isWhole: isWhole, orFewer: orFewer)
    }
    self.init(.words, table)
  }

  /// All words of a text, by falling frequency.
  static func words(in text: TextScanner) throws -> SymbolTable {
    try FrequentWords(of: .max, in: text).table()
  }

  private static func frequentWords(
    in text: TextScanner, _ count: Int, isWhole: Bool, orFewer: Bool
  ) throws -> SymbolTable {
    var whole = 0
    try text.forEachWord { _ in whole += 1 }
    let counted = try FrequentWords(of: isWhole ? whole : Splits<Range<Int>>(ofSymbols: whole).train.count, in: text)
    guard orFewer || counted.frequencies.count >= count else {
      throw CorpusError(
        "the training split has \(counted.frequencies.count) different words, expected at least \(count) for a "
          + "vocabulary of \(count)")
    }
    var table = counted.table(of: count - 1, without: unknownWord)
    table.insert(unknownWord)
    return table
  }
}

/// The words at the beginning of a text, by first appearance, and how often each occurs there.
private struct FrequentWords {
  private var words = SymbolTable()
  private(set) var frequencies: [Int] = []

  /// Counts the first words of a text.
  init(of count: Int, in text: TextScanner) throws {
    var left = count
    try text.forEachWord { place in
      guard left > 0 else { return }
      left -= 1
      let number = Int(words.insert(UnsafeBufferPointer(rebasing: text.bytes[place])))
      if number == frequencies.count { frequencies.append(0) }
      frequencies[number] += 1
    }
  }

  /// The most frequent words, by falling frequency.
  func table(of count: Int = .max, without excluded: [UInt8] = []) -> SymbolTable {
    let order = frequencies.indices.sorted { (-frequencies[$0], $0) < (-frequencies[$1], $1) }
    var table = SymbolTable()
    for number in order where table.count < count && !words[number].elementsEqual(excluded) {
      table.insert(Array(words[number]))
    }
    return table
  }
}

/// What words cost to whoever knows of a text how often each of its words occurs, and nothing else: a chance baseline.
public struct WordFrequencies: Sendable, Equatable {
  /// −ln p of each word, by its number.
  public let costs: [Double]

  /// Counts words; one is added to every count, so that no word is impossible.
  public init(of symbols: ArraySlice<Int32>, vocabulary count: Int) {
    var counts = [Double](repeating: 1, count: count)
    for symbol in symbols { counts[Int(symbol)] += 1 }
    let total = Double(symbols.count + count)
    costs = counts.map { -log($0 / total) }
  }
}
