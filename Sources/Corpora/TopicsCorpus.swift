import Foundation
import Tensors

/// The built-in text `builtin:topics`: a source of known entropy whose tables are too many to be learned in a short training.
///
/// Its class, which experts can specialise in, stands in the text. A word has nine symbols, a marker and eight letters, and words
/// follow one another without space or line feed. The marker names the topic and depends on the marker before. The first letter
/// depends on the marker, each other letter on the marker and the letter before it: three tables, drawn once. Nine does not divide
/// the length of a segment, so that segments begin anywhere in a word.
public struct TopicsCorpus: BuiltinText {
  /// Which one it is.
  public static let corpus = BuiltinCorpus.topics
  /// The markers of the 40 topics: A … Z, 0 … 9 and four signs.
  public static let markers = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"#$".utf8)
  /// The 40 letters, none of them a marker: a … z and fourteen signs.
  public static let letters = Array("abcdefghijklmnopqrstuvwxyz%&'()*+,-./:;<".utf8)
  /// The symbols of a word.
  public static let wordLength = 9
  /// What is known about it: 144,440 words are 1,299,960 symbols; a multiple of 20, so that every split begins with a word.
  public static let facts = BuiltinFacts(
    lines:
      "words, which are what --lines counts, of a marker, which depends on the marker before, and \(wordLength - 1) letters of the "
      + "marker's Markov chain, without line feeds",
    defaultLines: 144_440, longestLine: wordLength, entropyBitsPerCharacter: entropyBitsPerCharacter,
    recallBitsChanceBaseline: nil, classMarkers: markers, boundaries: markers)

  /// The text, in ASCII.
  public let text: [UInt8]
  /// Any segment will do.
  public var minimumSegment: Int? { nil }

  /// Generates a text, of tables that are always the same; a longer one begins with a shorter one.
  public init(seed: UInt64 = BuiltinCorpus.defaultSeed, lines: Int = facts.defaultLines) {
    var random = Random(seed: seed)
    var text: [UInt8] = []
    text.reserveCapacity(max(0, lines) * TopicsCorpus.wordLength)
    let tables = TopicTables.all
    var topic = random.below(TopicsCorpus.markers.count)
    for _ in 0..<max(0, lines) {
      text.append(TopicsCorpus.markers[topic])
      var letter = tables.firstLetter.next(after: topic, &random)
      text.append(TopicsCorpus.letters[letter])
      for _ in 2..<TopicsCorpus.wordLength {
        letter = tables.nextLetter.next(after: TopicTables.state(topic, letter), &random)
        text.append(TopicsCorpus.letters[letter])
      }
      topic = tables.nextTopic.next(after: topic, &random)
    }
    self.text = text
  }

  /// The exact entropy of the source: H(0.60, 0.20, 0.12, 0.08) bits per symbol, whichever table a symbol is drawn from.
  ///
  /// The first marker of a text, which is uniform, is left out. Equation [topics] in NOTES.md.
  public static let entropyBitsPerCharacter = SuccessorTable.entropyBits

  /// What the symbols cost by the three tables, all but the first.
  public var surprise: (mean: Double, standardError: Double)? {
    func numbers(_ symbols: [UInt8]) -> [UInt8: Int] {
      Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
    }
    let (topics, letters, tables) = (numbers(TopicsCorpus.markers), numbers(TopicsCorpus.letters), TopicTables.all)
    var (sum, squares, topic, before) = (0.0, 0.0, 0, 0)
    for (index, symbol) in text.enumerated() {
      let probability: Double
      switch index % TopicsCorpus.wordLength {
      case 0:
        let next = topics[symbol] ?? 0
        probability = index == 0 ? 1 : tables.nextTopic.probability(of: next, after: topic)
        topic = next
      case let place:
        let letter = letters[symbol] ?? 0
        probability =
          place == 1
          ? tables.firstLetter.probability(of: letter, after: topic)
          : tables.nextLetter.probability(of: letter, after: TopicTables.state(topic, before))
        before = letter
      }
      let bits = -log2(probability)
      sum += bits
      squares += bits * bits
    }
    let n = Double(text.count - 1)
    guard n > 1 else { return nil }
    return (sum / n, ((squares / n - sum / n * sum / n) / n).squareRoot())
  }

  /// The topic of each symbol.
  public var annotations: Annotations {
    let topics = Dictionary(uniqueKeysWithValues: zip(TopicsCorpus.markers, UInt8(0)...))
    return Annotations(
      marks: Array(repeating: .plain, count: text.count),
      classes: text.indices.map { topics[text[$0 - $0 % TopicsCorpus.wordLength]] ?? 0 },
      of: TopicsCorpus.markers.count)
  }
}

/// What follows what in `builtin:topics`.
struct TopicTables: Hashable, Sendable {
  /// The next word's topic, by the topic of the word.
  let nextTopic: SuccessorTable
  /// The first letter of a word, by its topic.
  let firstLetter: SuccessorTable
  /// Any other letter, by ``state(_:_:)``.
  let nextLetter: SuccessorTable

  /// Selects the tables, whatever the seed of the text.
  ///
  /// It is the smallest one from 1 on that lets every topic follow every other after any sufficiently large number of words.
  static let seed: UInt64 = 2

  /// Those of the text.
  static let all = TopicTables(seed: seed)

  /// Draws three tables.
  init(seed: UInt64) {
    var random = Random(seed: seed)
    let (topics, letters) = (TopicsCorpus.markers.count, TopicsCorpus.letters.count)
    nextTopic = SuccessorTable(rows: topics, symbols: topics, &random)
    firstLetter = SuccessorTable(rows: topics, symbols: letters, &random)
    nextLetter = SuccessorTable(rows: topics * letters, symbols: letters, &random)
  }

  /// What a letter within a word depends on: the topic and the letter before.
  static func state(_ topic: Int, _ letter: Int) -> Int { topic * TopicsCorpus.letters.count + letter }
}
