import Foundation

/// What words cost to whoever knows of a text how often each of its words occurs, and nothing else: a level of chance.
public struct WordFrequencies: Sendable, Equatable {
  /// −ln p of each word, by its number.
  public let costs: [Double]

  /// Counts words; one is added to every count, so that no word is impossible.
  ///
  /// - Parameters:
  ///   - symbols: The training split.
  ///   - count: V.
  public init(of symbols: ArraySlice<Int32>, vocabulary count: Int) {
    var counts = [Double](repeating: 1, count: count)
    for symbol in symbols { counts[Int(symbol)] += 1 }
    let total = Double(symbols.count + count)
    costs = counts.map { -log($0 / total) }
  }
}
