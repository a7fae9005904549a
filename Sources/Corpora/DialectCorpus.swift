import Foundation
import Tensors

/// The built-in text `builtin:dialects`: a source whose entropy is known exactly, with a hidden structure in which
/// experts can specialise and a recall symbol, whose key stands 45 characters back.
///
/// A line has 48 characters: a marker A … H, a key letter a … p, 44 letters of the dialect's Markov chain started at
/// the key, the key again, a newline. Lines are independent.
public struct DialectCorpus: BuiltinText {
  /// Which one it is.
  public static let corpus = BuiltinCorpus.dialects
  /// The name on the command line.
  public static let name = corpus.rawValue
  /// The markers of the eight dialects.
  public static let markers = Array("ABCDEFGH".utf8)
  /// The sixteen letters.
  public static let letters = Array("abcdefghijklmnop".utf8)
  /// The seed of the text that everybody means by `builtin:dialects`.
  public static let defaultSeed = BuiltinCorpus.defaultSeed
  /// 26,040 lines are 1,249,920 characters; a multiple of 20, so that every split begins with a line.
  public static let defaultLines = 26_040
  /// How far before a recall symbol its key stands.
  public static let recallDistance =
    (PositionKind.line.firstIndex(of: .recall) ?? 0) - (PositionKind.line.firstIndex(of: .key) ?? 0)
  /// What is known about it.
  public static let facts = BuiltinFacts(
    lines:
      "lines of a marker, a key letter, \(PositionKind.body.countPerLine) letters from the marker's dialect (a Markov chain), "
      + "and the key again",
    defaultLines: defaultLines, longestLine: PositionKind.line.count,
    entropyBitsPerCharacter: entropyBitsPerCharacter, recallBitsChanceBaseline: PositionKind.key.entropyBits,
    classMarkers: markers)

  /// Selects the text; the chains are always the same.
  public let seed: UInt64
  /// The text, in ASCII.
  public let text: [UInt8]

  /// Generates a text.
  public init(seed: UInt64 = defaultSeed, lines: Int = defaultLines) {
    self.seed = seed
    var random = Random(seed: seed)
    var text: [UInt8] = []
    text.reserveCapacity(max(0, lines) * PositionKind.line.count)
    for _ in 0..<max(0, lines) { DialectCorpus.appendLine(to: &text, &random) }
    self.text = text
  }

  private static func appendLine(to text: inout [UInt8], _ random: inout Random) {
    let dialect = random.below(markers.count)
    let key = random.below(letters.count)
    text.append(markers[dialect])
    text.append(letters[key])
    var letter = key
    for _ in 0..<PositionKind.body.countPerLine {
      letter = chains[dialect].next(after: letter, &random)
      text.append(letters[letter])
    }
    text.append(letters[key])
    text.append(0x0A)
  }

  /// The exact entropy of the source: (3 + 4 + 44·H(0.60, 0.20, 0.12, 0.08)) / 48 bits per character.
  ///
  /// Equation [dialects] in NOTES.md.
  public static var entropyBitsPerCharacter: Double {
    PositionKind.line.reduce(0) { $0 + $1.entropyBits } / Double(PositionKind.line.count)
  }

  /// The dialect of each character, and which ones are recall symbols.
  public var annotations: Annotations {
    let length = PositionKind.line.count
    let recall = Mark.recall(distance: UInt16(DialectCorpus.recallDistance))
    let marks = PositionKind.line.map { $0 == .recall ? recall : .plain }
    return Annotations(
      marks: text.indices.map { marks[$0 % length] },
      classes: text.indices.map { text[$0 - $0 % length] - DialectCorpus.markers[0] },
      of: DialectCorpus.markers.count)
  }

  /// Any segment will do.
  public var minimumSegment: Int? { nil }
}

extension DialectCorpus {
  /// Selects the chains, whatever the seed of the text.
  ///
  /// The smallest seed from 1 on for which all eight chains are ergodic: from every letter every other can be reached,
  /// and in all sufficiently large numbers of steps. So every letter occurs anywhere in a long line of every dialect, and
  /// none is met as a key only.
  static let chainSeed: UInt64 = 3

  /// The first-order Markov chains of the dialects A to H: what follows each of the 16 letters.
  static let chains = chains(seed: chainSeed)

  /// Draws eight chains.
  static func chains(seed: UInt64) -> [SuccessorTable] {
    markers.indices.map { dialect in
      var random = Random(seed: seed).child(dialect)
      return SuccessorTable(rows: letters.count, symbols: letters.count, &random)
    }
  }

  /// The most that what was read before can tell about what follows, in bits: log₂ of the number of states, which are a dialect, a
  /// key and a place in the line.
  ///
  /// Given its state and the last letter, the text forgets all else. A predictor of n symbols that remembers nothing but the last
  /// letter loses at most this many bits for all of them together, if it makes no mistake of its own.
  public static var stateBits: Double {
    log2(Double(markers.count * letters.count * PositionKind.line.count))
  }
}

/// What a character is in its line of `builtin:dialects`.
public enum PositionKind: String, CaseIterable, Codable, Sendable {
  /// The first: one of A … H, uniform, tells the dialect.
  case marker
  /// The second: a letter, uniform; the body starts from it, and the recall symbol repeats it.
  case key
  /// One of the next 44 letters, drawn from the chain of the dialect.
  case body
  /// The key again: nothing new for a model that sees 45 characters back.
  case recall
  /// The end of the line.
  case newline

  /// How many characters of this kind a line has.
  public var countPerLine: Int { self == .body ? 44 : 1 }

  /// The entropy of a character of this kind in bits, given everything before it.
  public var entropyBits: Double {
    switch self {
    case .marker: log2(Double(DialectCorpus.markers.count))
    case .key: log2(Double(DialectCorpus.letters.count))
    case .body: SuccessorTable.entropyBits
    case .recall, .newline: 0
    }
  }

  /// The kinds of the characters of a line, in order.
  public static let line = allCases.flatMap { Array(repeating: $0, count: $0.countPerLine) }
}
