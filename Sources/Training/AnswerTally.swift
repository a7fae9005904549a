import Corpora
import Tensors

/// How many values of lists a model knows, by how deep they are nested.
struct AnswerTally {
  /// Counts of one depth.
  private struct Counts {
    var answers = 0
    var right = 0
    var guessed = 0
  }

  /// What is always said without reading.
  private let guess: Int32?
  private var depths: [Int: Counts] = [:]

  init(guess: Int32?) {
    self.guess = guess
  }

  /// Counts one segment: the likeliest of all symbols, the lowest of equally likely ones, is what the model says.
  mutating func add<Scalar: Real>(_ logits: Tensor<Scalar>, targets: [Int32], _ marks: [Mark]) {
    let asked = marks.indices.compactMap { token -> (token: Int, depth: Int)? in
      if case .answer(let depth) = marks[token] { (token, Int(depth)) } else { nil }
    }
    guard !asked.isEmpty else { return }
    let (scalars, width) = (logits.scalars, logits.shape[1])
    for (token, depth) in asked {
      var said = 0
      for symbol in 1..<width where scalars[token * width + symbol] > scalars[token * width + said] { said = symbol }
      depths[depth, default: Counts()].answers += 1
      if targets[token] == Int32(said) { depths[depth, default: Counts()].right += 1 }
      if targets[token] == guess { depths[depth, default: Counts()].guessed += 1 }
    }
  }

  /// Adds the counts of other rows.
  mutating func add(_ other: AnswerTally) {
    for (depth, counts) in other.depths {
      depths[depth, default: Counts()].answers += counts.answers
      depths[depth, default: Counts()].right += counts.right
      depths[depth, default: Counts()].guessed += counts.guessed
    }
  }

  /// The shares; nil if nothing was asked.
  var result: AnswerResult? {
    guard !depths.isEmpty else { return nil }
    let whole = depths.values.reduce(into: Counts()) { sum, counts in
      sum.answers += counts.answers
      sum.right += counts.right
      sum.guessed += counts.guessed
    }
    func share(_ count: Int, _ all: Int) -> Double { Double(count) / Double(all) }
    return AnswerResult(
      answers: whole.answers, accuracy: share(whole.right, whole.answers),
      byChance: share(whole.guessed, whole.answers),
      byDepth: depths.sorted { $0.key < $1.key }.map { depth, counts in
        AnswerResult.Depth(
          depth: depth, answers: counts.answers, accuracy: share(counts.right, counts.answers),
          byChance: share(counts.guessed, counts.answers))
      })
  }
}

/// How many values of lists a model knows.
public struct AnswerResult: Codable, Equatable, Sendable {
  /// Those of lists that are nested so deep.
  public struct Depth: Codable, Equatable, Sendable {
    /// 1 for a list of digits.
    public let depth: Int
    /// Predicted values.
    public let answers: Int
    /// The share of them that the model holds for the likeliest symbol.
    public let accuracy: Double
    /// The share of them that is the most frequent value of the training split.
    public let byChance: Double

    enum CodingKeys: String, CodingKey {
      case depth, answers, accuracy
      case byChance = "by_chance"
    }
  }

  /// Predicted values.
  public let answers: Int
  /// The share of them that the model holds for the likeliest symbol.
  public let accuracy: Double
  /// The share of them that is the most frequent value of the training split: what is right without reading.
  public let byChance: Double
  /// The same by depth, shallowest first.
  public let byDepth: [Depth]

  enum CodingKeys: String, CodingKey {
    case answers, accuracy
    case byChance = "by_chance"
    case byDepth = "by_depth"
  }
}
