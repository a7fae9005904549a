import Tensors

/// The built-in text `builtin:dialects-half-marked`: `builtin:dialects`, of which about half of the lines, chosen at random,
/// lack their marker.
///
/// A line without a marker begins with its key. Only its letters say its dialect, as to a classifier of unmarked lines. The entropy is not known.
public struct HalfMarkedDialects: BuiltinText {
  /// Which one it is.
  public static let corpus = BuiltinCorpus.halfMarkedDialects
  /// What is known about it.
  public static let facts = BuiltinFacts(
    lines: "those of \(DialectCorpus.name), about half of which, chosen at random, lack their marker",
    defaultLines: DialectCorpus.defaultLines, longestLine: PositionKind.line.count, entropyBitsPerCharacter: nil,
    recallBitsChanceBaseline: DialectCorpus.facts.recallBitsChanceBaseline)

  /// The text, in ASCII.
  public let text: [UInt8]
  /// The dialect of each character, and which ones are recall symbols.
  public let annotations: Annotations

  /// Generates a text.
  public init(seed: UInt64 = BuiltinCorpus.defaultSeed, lines: Int = DialectCorpus.defaultLines) {
    let whole = DialectCorpus(seed: seed, lines: lines)
    let all = whole.annotations
    var random = Random(seed: seed).child(named: "marked lines")
    let kept = whole.text.indices.filter { place in
      place % PositionKind.line.count != 0 || random.below(2) == 0
    }
    text = kept.map { whole.text[$0] }
    annotations = Annotations(
      marks: kept.map { all.marks[$0] }, classes: all.classes.map { own in kept.map { own[$0] } }, of: all.classCount)
  }

  /// Any segment will do.
  public var minimumSegment: Int? { nil }
}
