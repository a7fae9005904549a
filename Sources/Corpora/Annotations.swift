/// What is known about each symbol of a built-in text, in step with the symbols.
public struct Annotations: Sendable, Equatable {
  /// What is measured apart about each symbol.
  public let marks: [Mark]
  /// The class, from 0, of the line or word that a symbol belongs to, the dialect or the topic; nil for a text without classes.
  public let classes: [UInt8]?
  /// How many classes there are.
  public let classCount: Int

  init(marks: [Mark], classes: [UInt8]? = nil, of classCount: Int = 0) {
    precondition(
      classes.map { $0.count == marks.count } ?? true,
      "Annotations: \(classes?.count ?? 0) classes for \(marks.count) symbols")
    (self.marks, self.classes, self.classCount) = (marks, classes, classCount)
  }

  func part(_ range: Range<Int>) -> Annotations {
    Annotations(marks: Array(marks[range]), classes: classes.map { Array($0[range]) }, of: classCount)
  }
}

/// What is measured apart about a symbol, besides its part of the loss.
public enum Mark: Hashable, Sendable {
  /// Nothing.
  case plain
  /// It repeats a symbol that stands so far before it: a model that remembers that pays nothing.
  case recall(distance: UInt16)
  /// It is the value of the list before it, which is nested so deep, 1 for a list of digits, and whose outermost operator has
  /// this number.
  case answer(depth: UInt8, operation: UInt8)

  /// Whether it repeats an earlier symbol.
  public var isRecall: Bool {
    if case .recall = self { true } else { false }
  }
}

/// What can be said of answers without reading what they are computed from: the most frequent ones of the training split.
public struct AnswerGuesses: Sendable, Equatable {
  /// The answer that occurs most often, the lowest of several.
  public let common: Int32
  /// The same of the lists that have one outermost operator each, by its number.
  public let byOperation: [UInt8: Int32]

  /// Describes guesses.
  public init(common: Int32, byOperation: [UInt8: Int32] = [:]) {
    (self.common, self.byOperation) = (common, byOperation)
  }

  /// Counts the answers of a text, whose marks have the same indices; nil if nothing is answered.
  init?(_ symbols: ArraySlice<Int32>, _ marks: [Mark]) {
    var counts: [UInt8: [Int32: Int]] = [:]
    for index in symbols.indices {
      guard case .answer(_, let operation) = marks[index] else { continue }
      counts[operation, default: [:]][symbols[index], default: 0] += 1
    }
    func mostFrequent(_ counts: [Int32: Int]) -> Int32? {
      counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
    let all = counts.values.reduce(into: [Int32: Int]()) { all, own in all.merge(own, uniquingKeysWith: +) }
    guard let common = mostFrequent(all) else { return nil }
    self.init(common: common, byOperation: counts.compactMapValues(mostFrequent))
  }
}

/// Distances of recalled symbols that are reported together: up to 4, 16, 64, 128 and 256 symbols, and beyond.
public struct DistanceRange: Hashable, Sendable, CustomStringConvertible {
  /// The smallest distance.
  public let lowest: Int
  /// The largest distance; nil for the range without end.
  public let highest: Int?

  /// All of them, nearest first.
  public static let all: [DistanceRange] = {
    let ends: [Int?] = [4, 16, 64, 128, 256, nil]
    let starts = [1] + ends.compactMap { $0.map { $0 + 1 } }
    return zip(starts, ends).map { DistanceRange(lowest: $0, highest: $1) }
  }()

  /// The place of a distance, at least 1, among all ranges.
  public static func index(of distance: Int) -> Int {
    all.firstIndex { range in range.highest.map { distance <= $0 } ?? true } ?? all.count - 1
  }

  /// "5 to 16", "above 256".
  public var description: String { highest.map { "\(lowest) to \($0)" } ?? "above \(lowest - 1)" }
}
