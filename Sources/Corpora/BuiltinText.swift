import Foundation
import RunFiles

/// A text that is made here, and of which more is known than of a file: all of it stands where the text is made.
public protocol BuiltinText: Sendable {
  /// Which one it is.
  static var corpus: BuiltinCorpus { get }
  /// What is known about it, whatever the seed.
  static var facts: BuiltinFacts { get }

  /// Generates a text; a longer one begins with a shorter one.
  init(seed: UInt64, lines: Int)

  /// The text, in ASCII.
  var text: [UInt8] { get }
  /// What is known about each character.
  var annotations: Annotations { get }
  /// What its symbols cost by the source that made it, in bits, with the standard error; nil where that is not computed.
  var surprise: (mean: Double, standardError: Double)? { get }
  /// The symbols that a segment must hold at least for the text to make sense; nil where any number does.
  var minimumSegment: Int? { get }
}

extension BuiltinText {
  /// Not computed.
  public var surprise: (mean: Double, standardError: Double)? { nil }

  /// Writes the text to a file, which appears complete or not at all.
  public func write(to path: String) throws(FileError) { try AtomicFile.write(Data(text), to: path) }
}

/// What is known about a built-in text, whatever its seed.
public struct BuiltinFacts: Sendable {
  /// What its lines are, in a few words, for the help text.
  public let lines: String
  /// How many lines the text has that everybody means by its name.
  public let defaultLines: Int
  /// The characters of its longest possible line, the newline included.
  public let longestLine: Int
  /// The exact entropy of the source in bits per character; nil where it is not known.
  public let entropyBitsPerCharacter: Double?
  /// What a recalled symbol costs without any memory, in bits; nil where nothing is recalled.
  public let recallBitsChanceBaseline: Double?
  /// The symbols that name the classes, in their order; empty where there are none.
  public var classMarkers: [UInt8] = []
  /// The symbols with which a line ends or a word begins: behind one, what stands in the text tells all that can be known.
  public var boundaries = Array("\n".utf8)
}

/// The names of the built-in texts on the command line.
public enum BuiltinCorpus: String, CaseIterable, Codable, Sendable {
  /// Words of 40 topics: ``TopicsCorpus``.
  case topics = "builtin:topics"
  /// Eight Markov chains: ``DialectCorpus``.
  case dialects = "builtin:dialects"
  /// The same, half of the lines without their marker: ``HalfMarkedDialects``.
  case halfMarkedDialects = "builtin:dialects-half-marked"
  /// Nested lists and their values: ``ListCorpus``.
  case lists = "builtin:lists"
  /// Keys that are asked again: ``RecallCorpus``.
  case recall = "builtin:recall"

  /// The text of a run that names none.
  public static let standard = BuiltinCorpus.topics
  /// The seed of the texts that everybody means by these names.
  public static let defaultSeed: UInt64 = 1

  /// The type that makes it.
  public var type: any BuiltinText.Type {
    switch self {
    case .topics: TopicsCorpus.self
    case .dialects: DialectCorpus.self
    case .halfMarkedDialects: HalfMarkedDialects.self
    case .lists: ListCorpus.self
    case .recall: RecallCorpus.self
    }
  }

  /// What is known about it, whatever the seed.
  public var facts: BuiltinFacts { type.facts }

  /// Makes the text that everybody means by the name.
  public func make() -> any BuiltinText { type.init(seed: BuiltinCorpus.defaultSeed, lines: facts.defaultLines) }
}
