/// What can be said of answers without reading what they are computed from: the most frequent ones of the training split.
public struct AnswerGuesses: Sendable, Equatable {
  /// The answer that occurs most often, the lowest of several.
  public let common: Int32
  /// The same of the lists that have one outermost operator each, by its number.
  public let byOperation: [UInt8: Int32]

  /// Describes guesses.
  ///
  /// - Parameters:
  ///   - common: The answer that is said whatever is asked.
  ///   - byOperation: The answers that are said where the outermost operator is known.
  public init(common: Int32, byOperation: [UInt8: Int32] = [:]) {
    self.common = common
    self.byOperation = byOperation
  }

  /// Counts the answers of a text.
  ///
  /// - Parameters:
  ///   - symbols: The text.
  ///   - marks: What is known about its symbols, from the same indices on.
  /// - Returns: Nil if nothing is answered.
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
