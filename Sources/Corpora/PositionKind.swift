import Foundation

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
    case .marker: log2(Double(DialectChain.dialectCount))
    case .key: log2(Double(DialectChain.letterCount))
    // The same for every letter, because its four successors are different letters.
    case .body: -DialectChain.probabilities.reduce(0) { $0 + $1 * log2($1) }
    case .recall, .newline: 0
    }
  }

  /// The kinds of the characters of a line, in order.
  public static let line = allCases.flatMap { Array(repeating: $0, count: $0.countPerLine) }
}
