import Autograd
import Corpora
import Kernels
import MixtureOfExperts
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
  ///
  /// - Parameters:
  ///   - classifier: The classifier.
  ///   - texts: At least one.
  ///   - workers: The threads to use.
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
  ///
  /// - Parameter k: Experts for each token.
  /// - Returns: The measurements.
  /// - Throws: ``TrainingError/evaluationNotFinite(k:)``.
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
