import Tensors

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
  ///
  /// - Parameter arguments: At least one digit.
  /// - Returns: A digit.
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
  ///
  /// - Parameters:
  ///   - depth: 1 for a list of digits.
  ///   - random: The source of randomness.
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
