import Foundation
import Tensors
import Testing

@testable import Corpora

/// Evaluates a list by reading its text from left to right with a stack: what an opening bracket waits for.
///
/// Knows nothing of how lists are made.
struct ListOracle {
  private(set) var value = 0
  private(set) var depth = 0
  private(set) var argumentCounts: [Int] = []

  init(_ text: String) throws {
    var open: [(name: String, digits: [Int])] = []
    var (place, characters) = (0, Array(text))
    characters.append(" ")
    while place < characters.count - 1 {
      switch characters[place] {
      case "[":
        open.append((String(characters[place + 1...place + 3]), []))
        depth = max(depth, open.count)
        place += 4
      case "]":
        let last = open.popLast()
        let (name, digits) = try #require(last)
        argumentCounts.append(digits.count)
        value = try ListOracle.apply(name, digits)
        if open.isEmpty {
          try #require(place == characters.count - 2, "text behind the list")
        } else {
          open[open.count - 1].digits.append(value)
        }
        place += 1
      case " ": place += 1
      default:
        try #require(!open.isEmpty)
        open[open.count - 1].digits.append(try #require(characters[place].wholeNumberValue))
        place += 1
      }
    }
    try #require(open.isEmpty && depth > 0, "\(text) is not a list")
  }

  /// By definitions that sort nothing: counting smaller and larger digits.
  private static func apply(_ name: String, _ digits: [Int]) throws -> Int {
    switch name {
    case "MIN": return try #require((0...9).first { digits.contains($0) })
    case "MAX": return try #require((0...9).last { digits.contains($0) })
    case "MED":
      // The smallest digit that at least half of all do not exceed.
      return try #require((0...9).first { digit in 2 * digits.count { $0 <= digit } >= digits.count })
    case "SUM":
      var sum = 0
      for digit in digits { sum = (sum + digit) % 10 }
      return sum
    default: throw OracleError(name: name)
    }
  }

  private struct OracleError: Error { let name: String }

  /// What a reader says who takes no notice of brackets: the first operator, and all digits.
  static func leftToRight(_ text: String) throws -> Int {
    try apply(String(text.dropFirst().prefix(3)), text.compactMap(\.wholeNumberValue))
  }
}

@Suite("Lists and their values")
struct ListCorpusTests {
  private static let lines = String(decoding: ListCorpus(seed: 5, lines: 3000).text, as: UTF8.self)
    .split(separator: "\n").map(String.init)

  @Test("Operators are what they are called; the median of an even number is the lower one of the middle")
  func operators() {
    let cases: [(ListOperator, [Int], Int)] = [
      (.minimum, [4, 7], 4), (.maximum, [2, 9, 4, 0], 9), (.median, [3, 1, 2], 2), (.median, [4, 1, 3, 2], 2),
      (.median, [9, 0], 0), (.sum, [9, 9, 5], 3), (.sum, [1, 2], 3), (.minimum, [5], 5), (.median, [7, 7, 7, 1], 7),
    ]
    for (operation, arguments, value) in cases { #expect(operation(arguments) == value, "\(operation) \(arguments)") }
  }

  @Test("Every line is a list, =, its value by a stack machine that reads the text, and nothing else")
  func values() throws {
    try #require(Self.lines.count == 3000)
    for line in Self.lines {
      let parts = line.split(separator: "=", omittingEmptySubsequences: false)
      try #require(parts.count == 2)
      #expect(String(try ListOracle(String(parts[0])).value) == parts[1], "\(line)")
    }
  }

  @Test("Reading from left to right instead of by nesting is often wrong, so that the values tell nesting")
  func leftToRight() throws {
    let nested = try Self.lines.filter { try ListOracle($0.prefix { $0 != "=" }.description).depth > 1 }
    let wrong = try nested.count {
      try String(ListOracle.leftToRight($0.prefix { $0 != "=" }.description)) != $0.suffix(1)
    }
    #expect(nested.count > 1500 && Double(wrong) > 0.3 * Double(nested.count), "\(wrong) of \(nested.count)")
  }

  @Test(
    "Marks stand on values alone, with the depth and the outermost operator of their lists; depths are equally frequent"
  )
  func marks() throws {
    let corpus = ListCorpus(seed: 5, lines: 3000)
    var (place, depths): (Int, [Int: Int]) = (0, [:])
    for line in Self.lines {
      let depth = try ListOracle(line.prefix { $0 != "=" }.description).depth
      depths[depth, default: 0] += 1
      let operation = try #require(["MIN", "MAX", "MED", "SUM"].firstIndex(of: line.dropFirst().prefix(3)))
      let expected =
        Array(repeating: Mark.plain, count: line.count - 1)
        + [.answer(depth: UInt8(depth), operation: UInt8(operation + 1)), .plain]
      #expect(Array(corpus.annotations.marks[place..<place + line.count + 1]) == expected)
      place += line.count + 1
    }
    #expect(place == corpus.text.count && Set(depths.keys) == Set(1...ListCorpus.largestDepth))
    // Five standard deviations.
    for count in depths.values { #expect(abs(Double(count) - 1000) < 5 * (3000.0 * 2 / 9).squareRoot()) }
  }

  @Test("No line is longer than 64 characters; the longest list is as long as the corpus says a segment must be")
  func lengths() throws {
    let corpus = ListCorpus()
    let lines = corpus.text.split(separator: 0x0A)
    #expect(lines.map(\.count).max().map { $0 + 1 <= 64 } == true)
    #expect(corpus.minimumSegment == lines.map { $0.count - 1 }.max())
    #expect(corpus.minimumSegment == 62)
    let counts = try Set(Self.lines.flatMap { try ListOracle($0.prefix { $0 != "=" }.description).argumentCounts })
    #expect(counts == Set(ListExpression.argumentCounts))
  }

  @Test("What a guess says is the most frequent value of the training split, of all lists and of those of one operator")
  func guess() throws {
    let corpus = try Corpus(builtin: ListCorpus(seed: 3, lines: 2000))
    let count = ListCorpus(seed: 3, lines: 2000).text.count
    let training = String(decoding: ListCorpus(seed: 3, lines: 2000).text.prefix(count * 90 / 100), as: UTF8.self)
    var counts: [Character: Int] = [:]
    for match in training.matches(of: /=([0-9])/) { counts[Character(String(match.1)), default: 0] += 1 }
    func mostFrequent(_ counts: [Character: Int]) throws -> Character {
      try #require(counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key)
    }
    var byOperator: [Substring: [Character: Int]] = [:]
    for match in training.matches(of: /(?m)^\[([A-Z]{3}) .*=([0-9])/) {
      byOperator[match.1, default: [:]][Character(String(match.2)), default: 0] += 1
    }
    for name in SplitName.allCases {
      let guesses = try #require(corpus.splits[name].guesses)
      #expect(corpus.vocabulary.decode([guesses.common]) == String(try mostFrequent(counts)))
      try #require(guesses.byOperation.count == 4 && Set(guesses.byOperation.values).count > 2)
      for (place, name) in ["MIN", "MAX", "MED", "SUM"].enumerated() {
        let guess = try #require(guesses.byOperation[UInt8(place + 1)])
        let expected = try mostFrequent(byOperator[Substring(name)] ?? [:])
        #expect(corpus.vocabulary.decode([guess]) == String(expected), "\(name)")
      }
    }
    #expect(corpus.splits.train.prefix(9).guesses == corpus.splits.train.guesses)
    #expect(try Corpus(builtin: DialectCorpus(lines: 40)).splits.test.guesses == nil)
  }
}
