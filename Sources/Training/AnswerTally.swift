import Corpora
import Tensors

/// How many values of lists a model knows, by how deep they are nested.
struct AnswerTally {
  /// Counts of some lists.
  private struct Counts {
    var answers = 0
    var right = 0
    var guessed = 0
    var guessedByOperation = 0

    static func += (counts: inout Counts, other: Counts) {
      counts.answers += other.answers
      counts.right += other.right
      counts.guessed += other.guessed
      counts.guessedByOperation += other.guessedByOperation
    }

    var result: AnswerResult.Shares {
      func share(_ count: Int) -> Double { Double(count) / Double(answers) }
      return AnswerResult.Shares(
        answers: answers, accuracy: share(right), byChance: share(guessed), byOperation: share(guessedByOperation))
    }
  }

  /// What is said without reading.
  private let guesses: AnswerGuesses?
  private var depths: [Int: Counts] = [:]

  init(guesses: AnswerGuesses?) {
    self.guesses = guesses
  }

  /// Counts one segment: the likeliest of all symbols, the lowest of equally likely ones, is what the model says.
  mutating func add<Scalar: Real>(_ logits: Tensor<Scalar>, targets: [Int32], _ marks: [Mark]) {
    guard marks.contains(where: { if case .answer = $0 { true } else { false } }) else { return }
    let (scalars, width) = (logits.scalars, logits.shape[1])
    for (token, mark) in marks.enumerated() {
      guard case .answer(let depth, let operation) = mark else { continue }
      var said = 0
      for symbol in 1..<width where scalars[token * width + symbol] > scalars[token * width + said] { said = symbol }
      var counts = Counts(answers: 1)
      if targets[token] == Int32(said) { counts.right = 1 }
      if targets[token] == guesses?.common { counts.guessed = 1 }
      if targets[token] == guesses?.byOperation[operation] { counts.guessedByOperation = 1 }
      depths[Int(depth), default: Counts()] += counts
    }
  }

  /// Adds the counts of other rows.
  mutating func add(_ other: AnswerTally) {
    for (depth, counts) in other.depths { depths[depth, default: Counts()] += counts }
  }

  /// The shares; nil if nothing was asked.
  var result: AnswerResult? {
    guard !depths.isEmpty else { return nil }
    return AnswerResult(
      all: depths.values.reduce(into: Counts(), +=).result,
      byDepth: depths.sorted { $0.key < $1.key }.map { AnswerResult.Depth(depth: $0, shares: $1.result) })
  }
}
