import Foundation
import Tensors

/// What may follow in each of some states: four different symbols, the same probabilities in every state.
struct SuccessorTable: Hashable, Sendable {
  /// The successors of each state, from the most to the least probable.
  let successors: [[Int]]

  /// The probabilities of the four.
  static let probabilities = [0.60, 0.20, 0.12, 0.08]
  /// The entropy of what follows, in bits: the same in every state, because four successors are four different symbols.
  static let entropyBits = -probabilities.reduce(0) { $0 + $1 * log2($1) }

  /// Makes a table.
  init(successors: [[Int]]) { self.successors = successors }

  /// Draws a table: for each state the beginning of a shuffle of all symbols.
  init(rows: Int, symbols: Int, _ random: inout Random) {
    successors = (0..<rows).map { _ in
      var shuffled = Array(0..<symbols)
      for place in Self.probabilities.indices { shuffled.swapAt(place, place + random.below(symbols - place)) }
      return Array(shuffled.prefix(Self.probabilities.count))
    }
  }

  /// Draws the successor of a state.
  func next(after state: Int, _ random: inout Random) -> Int {
    var rest = random.uniform()
    var choice = 0
    while choice < Self.probabilities.count - 1 && rest >= Self.probabilities[choice] {
      rest -= Self.probabilities[choice]
      choice += 1
    }
    return successors[state][choice]
  }

  /// Returns the probability of a symbol after a state.
  func probability(of next: Int, after state: Int) -> Double {
    successors[state].firstIndex(of: next).map { Self.probabilities[$0] } ?? 0
  }
}
