import Tensors

/// The first-order Markov chain of one dialect: four possible successors of each of the 16 letters.
struct DialectChain: Hashable, Sendable {
  /// Successors of letter i, from the most to the least probable: four different letters, perhaps i itself.
  let successors: [[Int]]

  /// The probabilities of the four successors.
  static let probabilities = [0.60, 0.20, 0.12, 0.08]

  /// The number of letters.
  static let letterCount = 16

  /// The number of dialects.
  static let dialectCount = 8

  /// Selects the chains, whatever the seed of the text.
  ///
  /// The smallest seed from 1 on for which all eight chains are ergodic: from every letter every other can be reached,
  /// and in all sufficiently large numbers of steps. So every letter occurs anywhere in a long line of every dialect, and
  /// none is met as a key only.
  static let chainSeed: UInt64 = 3

  /// The chains of the dialects A to H.
  static let all = chains(seed: chainSeed)

  /// Draws eight chains.
  ///
  /// - Parameter seed: Selects them.
  /// - Returns: One chain for each dialect.
  static func chains(seed: UInt64) -> [DialectChain] {
    (0..<dialectCount).map { dialect in
      var random = Random(seed: seed).child(dialect)
      return DialectChain(successors: (0..<letterCount).map { _ in successors(&random) })
    }
  }

  /// Draws four different letters: the beginning of a shuffle.
  private static func successors(_ random: inout Random) -> [Int] {
    var letters = Array(0..<letterCount)
    for place in probabilities.indices { letters.swapAt(place, place + random.below(letterCount - place)) }
    return Array(letters.prefix(probabilities.count))
  }

  /// Draws the successor of a letter.
  ///
  /// - Parameters:
  ///   - letter: A letter's number.
  ///   - random: The source of randomness; one number is drawn.
  /// - Returns: The number of the next letter.
  func next(after letter: Int, _ random: inout Random) -> Int {
    var rest = random.uniform()
    var choice = 0
    while choice < DialectChain.probabilities.count - 1 && rest >= DialectChain.probabilities[choice] {
      rest -= DialectChain.probabilities[choice]
      choice += 1
    }
    return successors[letter][choice]
  }
}
