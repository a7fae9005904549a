import Tensors

/// The built-in text `builtin:lists`: nested lists and their values, in the manner of the Long Range Arena's ListOps.
///
/// A line is a list, `=`, its value, a newline: `[MAX 2 9 [MIN 4 7] 0]=9`. The depth of the outermost list is uniform; a
/// list whose line would be longer than ``longestLine`` is drawn again with the same depth. The entropy of the source is
/// not known.
public struct ListCorpus: BuiltinText {
  /// The depth of the deepest lists.
  public static let largestDepth = 3
  /// The characters of the longest line, newline included: what a segment of `tiny` holds.
  public static let longestLine = 64

  /// Which one it is.
  public static let corpus = BuiltinCorpus.lists
  /// What is known about it: 40,000 lines are about 1.2 million characters.
  public static let facts = BuiltinFacts(
    lines: "lines of nested lists of MIN, MAX, MED (the lower median) and SUM (modulo 10), =, and the value",
    defaultLines: 40_000, longestLine: longestLine, entropyBitsPerCharacter: nil, recallBitsByChance: nil)

  /// The text, in ASCII.
  public let text: [UInt8]
  /// Which characters are values, of how deep a list, and of what operator.
  public let annotations: Annotations
  /// The characters of the longest list, its `=` included: what must be seen to know a value.
  public let minimumSegment: Int?

  /// Generates a text; a longer one begins with a shorter one.
  ///
  /// - Parameters:
  ///   - seed: Selects the text.
  ///   - lines: The number of lines; none if negative.
  public init(seed: UInt64 = BuiltinCorpus.defaultSeed, lines: Int = facts.defaultLines) {
    var random = Random(seed: seed)
    var text: [UInt8] = []
    var marks: [Mark] = []
    var longest = 0
    for _ in 0..<max(0, lines) {
      let depth = 1 + random.below(ListCorpus.largestDepth)
      let (question, list) = ListCorpus.question(depth: depth, &random)
      text += question + Array("\(list.value)\n".utf8)
      marks += Array(repeating: .plain, count: question.count)
      marks += [.answer(depth: UInt8(depth), operation: list.operation), .plain]
      longest = max(longest, question.count)
    }
    self.text = text
    annotations = Annotations(marks: marks)
    minimumSegment = longest
  }

  /// Draws a list that fits a line.
  private static func question(depth: Int, _ random: inout Random) -> ([UInt8], ListExpression) {
    while true {
      let list = ListExpression.random(depth: depth, &random)
      let question = Array((list.text + "=").utf8)
      // The value and the newline follow.
      if question.count + 2 <= longestLine { return (question, list) }
    }
  }
}
