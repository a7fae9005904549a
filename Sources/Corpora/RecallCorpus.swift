import Foundation
import Tensors

/// The built-in text `builtin:recall`: keys whose values are asked again, soon or late, with an entropy known exactly.
///
/// A line has 512 pairs of a key and its value, then a newline: `AbBgAbCkAb…`. In every line every key has one value, drawn
/// anew from four letters that no other key has, and said whenever the key is. Key A stands in half of all pairs, B in a
/// quarter, and so on: the value of A was said just before, that of H some hundred characters ago. So nearly half of all
/// characters cost nothing to a model that looks for the same key's letters, however far back they stand.
public struct RecallCorpus: BuiltinText {
  /// The keys, from the most to the least frequent.
  public static let keys = Array("ABCDEFGH".utf8)
  /// The values: the first four are those of the first key, and so on.
  public static let values = Array("abcdefghijklmnopqrstuvwxyz012345".utf8)
  /// The values that a key may have.
  public static let valuesPerKey = values.count / keys.count
  /// The pairs in a line.
  public static let pairs = 512
  /// How probable each key is: a half, a quarter, …; the last two are equally probable.
  public static let probabilities = keys.indices.map { 1 / Double(1 << min($0 + 1, keys.count - 1)) }

  /// Which one it is.
  public static let corpus = BuiltinCorpus.recall
  /// What is known about it: 1,220 lines are 1,250,500 characters; a multiple of 20, so that splits begin with lines.
  public static let facts = BuiltinFacts(
    lines:
      "lines of \(pairs) pairs of a key and its value, which every line draws anew and which is said again and again",
    defaultLines: 1_220, longestLine: 2 * pairs + 1, entropyBitsPerCharacter: entropyBitsPerCharacter,
    recallBitsChanceBaseline: log2(Double(valuesPerKey)))

  /// The exact entropy of the source in bits per character.
  ///
  /// (n·H(p) + 2·Σ_r (1 − (1 − p_r)ⁿ)) / (2n + 1): n pairs choose a key each, and the value of each key that occurs is one
  /// of four.
  public static var entropyBitsPerCharacter: Double {
    let choice = -probabilities.reduce(0) { $0 + $1 * log2($1) }
    let occurring = probabilities.reduce(0) { $0 + 1 - pow(1 - $1, Double(pairs)) }
    return (Double(pairs) * choice + log2(Double(valuesPerKey)) * occurring) / Double(2 * pairs + 1)
  }

  /// The text, in ASCII.
  public let text: [UInt8]
  /// Which values were said before, and how far back they stand last.
  public let annotations: Annotations
  /// Any segment will do.
  public var minimumSegment: Int? { nil }

  /// Generates a text; a longer one begins with a shorter one.
  public init(seed: UInt64 = BuiltinCorpus.defaultSeed, lines: Int = facts.defaultLines) {
    var random = Random(seed: seed)
    var text: [UInt8] = []
    var marks: [Mark] = []
    text.reserveCapacity(max(0, lines) * RecallCorpus.facts.longestLine)
    marks.reserveCapacity(max(0, lines) * RecallCorpus.facts.longestLine)
    for _ in 0..<max(0, lines) {
      let values = RecallCorpus.keys.indices.map {
        $0 * RecallCorpus.valuesPerKey + random.below(RecallCorpus.valuesPerKey)
      }
      /// Where each value stands last in the line.
      var last = [Int?](repeating: nil, count: values.count)
      for _ in 0..<RecallCorpus.pairs {
        let key = RecallCorpus.key(&random)
        text.append(RecallCorpus.keys[key])
        let place = text.count
        text.append(RecallCorpus.values[values[key]])
        marks += [.plain, last[key].map { .recall(distance: UInt16(clamping: place - $0)) } ?? .plain]
        last[key] = place
      }
      text.append(0x0A)
      marks.append(.plain)
    }
    self.text = text
    annotations = Annotations(marks: marks)
  }

  /// Draws a key: its number is that of the zeros at the end of a uniform number of seven bits.
  private static func key(_ random: inout Random) -> Int {
    let most = keys.count - 1
    return min(most, random.below(1 << most).trailingZeroBitCount)
  }
}
