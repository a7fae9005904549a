import MixtureOfExperts
import Tensors

@testable import Corpora
@testable import Training

/// Texts of 1 to 8 letters whose label is the kind of their last letter.
///
/// The labels are "c", "e" and "v", moved away from their texts by `shift` rows; symbols are those of ``smallCorpus()``.
func smallTask(
  _ counts: Splits<Int> = Splits(train: 60, validation: 24, test: 30), shift: Int = 0, context: Int = 9
) throws -> ClassificationTask {
  var random = Random(seed: 4)
  let kinds = ["v", "c", "e"]
  func part(_ count: Int) -> LabelledRows {
    let texts = (0..<count).map { _ in
      (0..<1 + random.below(8)).map { _ in UInt8(ascii: "a") + UInt8(random.below(16)) }
    }
    return LabelledRows(
      source: "small",
      rows: texts.indices.map { row in
        let labelled = texts[(row + shift) % count]
        return .init(
          text: texts[row], label: kinds[Int(labelled[labelled.count - 1]) % 3],
          origin: TextOrigin(offset: 0, line: row + 1))
      })
  }
  return try ClassificationTask(
    name: "small", counts.map(part), vocabulary: smallCorpus().vocabulary, context: context)
}

extension RunConfiguration {
  /// How a classifier is trained in tests: 7 texts a step, so that the last batch of an epoch is smaller.
  func finetuningOptions(epochs: Int = 2, learningRate: Double = 0.02, k: Int? = nil) throws -> TrainingOptions {
    var options = Finetuning.options(
      of: self, texts: try smallTask().splits.train.count, epochs: epochs, batch: 7)
    options.learningRate.peak = learningRate
    if let k { options.kSchedule = KSchedule(.constant, k, k) }
    return options
  }

  /// A classifier with random weights that are large enough to matter.
  func livelyClassifier<S: Real>(_ scalar: S.Type = S.self) -> TextClassifier<S> {
    let classifier = TextClassifier(livelyModel(S.self), labels: 3, seed: 5)
    var random = Random(seed: 10)
    for parameter in classifier.head { parameter.value = .normal(parameter.value.shape, random: &random) }
    return classifier
  }
}

extension TextClassifier {
  /// All weights, as text that is equal only for equal bits.
  var bits: [String] { weights.map { "\($0.name): \($0.value.scalars)" } }
}
