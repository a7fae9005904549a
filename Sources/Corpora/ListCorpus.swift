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
    defaultLines: 40_000, longestLine: longestLine, entropyBitsPerCharacter: nil, recallBitsChanceBaseline: nil)

  /// The text, in ASCII.
  public let text: [UInt8]
  /// Which characters are values, of how deep a list, and of what operator.
  public let annotations: Annotations
  /// The characters of the longest list, its `=` included: what must be seen to know a value.
  public let minimumSegment: Int?

  /// Generates a text; a longer one begins with a shorter one.
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

/// What a list of `builtin:lists` does with its arguments.
enum ListOperator: String, CaseIterable, Sendable {
  /// The smallest.
  case minimum = "MIN"
  /// The largest.
  case maximum = "MAX"
  /// The middle one in order of size; of an even number the lower of the two in the middle.
  case median = "MED"
  /// The last digit of the sum.
  case sum = "SUM"

  /// Computes the value of a list.
  func callAsFunction(_ arguments: [Int]) -> Int {
    let sorted = arguments.sorted()
    return switch self {
    case .minimum: sorted[0]
    case .maximum: sorted[sorted.count - 1]
    case .median: sorted[(sorted.count - 1) / 2]
    case .sum: arguments.reduce(0, +) % 10
    }
  }
}

/// A digit, or a list of an operator and its arguments: `[MAX 2 9 [MIN 4 7] 0]`.
indirect enum ListExpression: Sendable {
  case digit(Int)
  case list(ListOperator, [ListExpression])

  /// How many arguments a list has.
  static let argumentCounts = 2...4
  /// How probable it is that an argument of a list that may have lists in it is one, besides the one that is.
  static let nestedShare = 0.25

  /// Draws a list that is nested exactly so deep.
  ///
  /// The operator and the number of arguments are uniform. One argument, any of them, is a list of depth − 1. Each other
  /// is a digit, or with probability ``nestedShare`` a list of a depth that is uniform below this one's.
  static func random(depth: Int, _ random: inout Random) -> ListExpression {
    let operation = ListOperator.allCases[random.below(ListOperator.allCases.count)]
    let count = argumentCounts.lowerBound + random.below(argumentCounts.count)
    let deepest = random.below(count)
    var arguments: [ListExpression] = []
    for place in 0..<count {
      if depth > 1 && place == deepest {
        arguments.append(.random(depth: depth - 1, &random))
      } else if depth > 1 && random.bernoulli(nestedShare) {
        arguments.append(.random(depth: 1 + random.below(depth - 1), &random))
      } else {
        arguments.append(.digit(random.below(10)))
      }
    }
    return .list(operation, arguments)
  }

  /// The number of the outermost operator, from 1; 0 for a digit.
  var operation: UInt8 {
    guard case .list(let operation, _) = self, let place = ListOperator.allCases.firstIndex(of: operation) else {
      return 0
    }
    return UInt8(place + 1)
  }

  /// Its value, a digit.
  var value: Int {
    switch self {
    case .digit(let digit): digit
    case .list(let operation, let arguments): operation(arguments.map(\.value))
    }
  }

  /// As it is written.
  var text: String {
    switch self {
    case .digit(let digit): "\(digit)"
    case .list(let operation, let arguments):
      "[" + ([operation.rawValue] + arguments.map(\.text)).joined(separator: " ") + "]"
    }
  }
}
