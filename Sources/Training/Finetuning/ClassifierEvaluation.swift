import Autograd
import Corpora
import Kernels
import MixtureOfExperts
import RunFiles
import Tensors

/// Measures a classifier on labelled texts.
///
/// Texts are read side by side with others of about their length; which ones does not matter to any of them.
public struct ClassifierEvaluation<Scalar: Real> {
  private let classifier: TextClassifier<Scalar>
  private let tiles: [[LabelledText]]
  private let workers: Workers

  /// Texts that one tile of work reads; fixed, so that sums are the same for any number of threads.
  static var textsPerTile: Int { 16 }

  /// Prepares a measurement.
  public init(_ classifier: TextClassifier<Scalar>, on texts: [LabelledText], workers: Workers) {
    precondition(!texts.isEmpty, "ClassifierEvaluation: nothing to classify")
    self.classifier = classifier
    self.workers = workers
    let order = texts.indices.sorted { (texts[$0].symbols.count, $0) < (texts[$1].symbols.count, $1) }
    tiles = stride(from: 0, to: order.count, by: Self.textsPerTile).map { start in
      order[start..<min(order.count, start + Self.textsPerTile)].map { texts[$0] }
    }
  }

  /// Classifies all texts.
  public func callAsFunction(k: Int) throws(TrainingError) -> ClassificationResult {
    let counts = workers.map(tiles.count) { self.read(self.tiles[$0], k: k) }
    let texts = tiles.reduce(0) { $0 + $1.count }
    let loss = counts.reduce(0) { $0 + $1.loss } / Double(texts)
    guard loss.isFinite else { throw .evaluationNotFinite(k: k) }
    return ClassificationResult(k: k, correct: counts.reduce(0) { $0 + $1.correct }, texts: texts, loss: loss)
  }

  private func read(_ texts: [LabelledText], k: Int) -> (correct: Int, loss: Double) {
    let scores = classifier(PaddedTexts(texts.map(\.symbols)), k: k, random: nil, on: .evaluating()).scores.value
    let labels = texts.map(\.label)
    let losses = scores.crossEntropies(targets: labels)
    // Of equal scores the lower label is the answer.
    let answers = scores.topK(1)
    return (zip(answers, labels).count { $0 == $1 }, losses.reduce(0) { $0 + Double($1) })
  }
}

/// How a classifier did on labelled texts at one k.
public struct ClassificationResult: Codable, Described, Equatable, Sendable {
  package static let words = "classification: a classifier on labelled texts at one k"
  /// Experts for each token.
  public let k: Int
  /// Texts that were given their label.
  public let correct: Int
  /// Texts that were classified, at least one.
  public let texts: Int
  /// Mean −ln p(label), in nats.
  public let loss: Double

  /// The share of texts that were given their label.
  public var accuracy: Double { Double(correct) / Double(texts) }

  /// √(p (1−p) / n): what the accuracy p of n texts would differ by on others of the same kind.
  public var standardError: Double { (accuracy * (1 - accuracy) / Double(texts)).squareRoot() }

  private enum CodingKeys: CodingKey { case k, correct, texts, loss, accuracy, standardError }

  /// Puts a result together.
  public init(k: Int, correct: Int, texts: Int, loss: Double) {
    precondition(texts > 0 && (0...texts).contains(correct), "ClassificationResult: \(correct) of \(texts)")
    (self.k, self.correct, self.texts, self.loss) = (k, correct, texts, loss)
  }

  /// Writes all measurements, derived ones included.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(k, forKey: .k)
    try container.encode(correct, forKey: .correct)
    try container.encode(texts, forKey: .texts)
    try container.encode(loss, forKey: .loss)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(standardError, forKey: .standardError)
  }

  /// Reads measurements back; derived ones are computed again; refuses counts that cannot be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    k = try container.decode(Int.self, forKey: .k)
    correct = try container.decode(Int.self, forKey: .correct)
    texts = try container.decode(Int.self, forKey: .texts)
    loss = try container.decode(Double.self, forKey: .loss)
    guard texts > 0, (0...texts).contains(correct) else {
      throw DecodingError.dataCorruptedError(
        forKey: .correct, in: container, debugDescription: "found \(correct) of \(texts) texts")
    }
  }
}
