import Autograd
import Corpora
import Foundation
import Kernels
import MixtureOfExperts
import RunFiles
import Tensors

/// Reads texts with a classifier, labelled or not.
///
/// Texts are read side by side with others of about their length; which ones does not matter to any of them.
public struct ClassifierReading<Scalar: Real> {
  private let classifier: TextClassifier<Scalar>
  private let texts: [[Int32]]
  /// The places of texts that are read together.
  private let tiles: [ArraySlice<Int>]
  private let workers: Workers

  /// Texts that one tile of work reads; fixed, so that results are the same for any number of threads.
  static var textsPerTile: Int { 16 }

  /// Prepares a reading of texts of at least one symbol each.
  public init(_ classifier: TextClassifier<Scalar>, of texts: [[Int32]], workers: Workers) {
    (self.classifier, self.texts, self.workers) = (classifier, texts, workers)
    let order = texts.indices.sorted { (texts[$0].count, $0) < (texts[$1].count, $1) }
    tiles = stride(from: 0, to: order.count, by: Self.textsPerTile).map { start in
      order[start..<min(order.count, start + Self.textsPerTile)]
    }
  }

  /// ln p(label | text) of every label, for each text in its place.
  public func callAsFunction(k: Int) -> [[Double]] {
    var logarithms = [[Double]](repeating: [], count: texts.count)
    for (tile, rows) in zip(tiles, workers.map(tiles.count) { self.read(self.tiles[$0], k: k) }) {
      for (place, row) in zip(tile, rows) { logarithms[place] = row }
    }
    return logarithms
  }

  private func read(_ tile: ArraySlice<Int>, k: Int) -> [[Double]] {
    let padded = PaddedTexts(tile.map { texts[$0] })
    let scores = classifier(padded, k: k, random: nil, on: .evaluating()).scores.value
    let (flat, labels) = (scores.scalars, scores.shape[1])
    return padded.lengths.indices.map { text in
      let own = flat[text * labels..<(text + 1) * labels].map { Double($0) }
      let largest = own.max() ?? 0
      let logarithm = largest + log(own.reduce(0) { $0 + exp($1 - largest) })
      return own.map { $0 - logarithm }
    }
  }
}

/// Measures a classifier on labelled texts.
public struct ClassifierEvaluation<Scalar: Real> {
  private let reading: ClassifierReading<Scalar>
  private let labels: [Int]

  /// Prepares a measurement.
  public init(_ classifier: TextClassifier<Scalar>, on texts: [LabelledText], workers: Workers) {
    precondition(!texts.isEmpty, "ClassifierEvaluation: nothing to classify")
    reading = ClassifierReading(classifier, of: texts.map(\.symbols), workers: workers)
    labels = texts.map { Int($0.label) }
  }

  /// Classifies all texts.
  public func callAsFunction(k: Int) throws(TrainingError) -> ClassificationResult {
    let answers = reading(k: k)
    let loss = zip(answers, labels).reduce(0) { $0 - $1.0[$1.1] } / Double(labels.count)
    guard loss.isFinite else { throw .evaluationNotFinite(k: k) }
    return ClassificationResult(
      k: k, correct: zip(answers, labels).count { $0.likeliest == $1 }, texts: labels.count, loss: loss)
  }

  /// Classifies all texts, and counts the answers to those of each label.
  public func confusion(k: Int) -> ConfusionMatrix {
    let answers = reading(k: k)
    let empty = [Int](repeating: 0, count: answers[0].count)
    var counts = Array(repeating: empty, count: empty.count)
    for (answer, label) in zip(answers, labels) { counts[label][answer.likeliest] += 1 }
    return ConfusionMatrix(k: k, counts: counts)
  }
}

extension [Double] {
  /// The place of the largest: of equal ones the first.
  public var likeliest: Int { indices.max { (self[$0], -$0) < (self[$1], -$1) } ?? 0 }
}

/// How often the texts of each label were given each label.
public struct ConfusionMatrix: Codable, Described, Equatable, Sendable {
  package static let words = """
    confusion: the test part at the best k on the validation part
    counts: texts, a row for each true label, a column for each answer
    accuracies: of each label's texts; null for a label without texts
    """
  /// Experts for each token.
  public let k: Int
  /// Texts, by their label and by the answer.
  public let counts: [[Int]]

  /// The share of each label's texts that were given it; nil for a label without texts.
  public var accuracies: [Double?] {
    counts.enumerated().map { label, row in
      let texts = row.reduce(0, +)
      return texts > 0 ? Double(row[label]) / Double(texts) : nil
    }
  }

  private enum CodingKeys: CodingKey { case k, counts, accuracies }

  init(k: Int, counts: [[Int]]) { (self.k, self.counts) = (k, counts) }

  /// Writes all measurements, derived ones included.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(k, forKey: .k)
    try container.encode(counts, forKey: .counts)
    try container.encode(accuracies, forKey: .accuracies)
  }

  /// Reads measurements back; refuses counts that are not square.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    k = try container.decode(Int.self, forKey: .k)
    counts = try container.decode([[Int]].self, forKey: .counts)
    guard counts.allSatisfy({ $0.count == counts.count }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container, debugDescription: "found rows of \(counts.map(\.count)) counts")
    }
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
