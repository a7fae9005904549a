import Corpora
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// What a trained model is worth for the built-in classification task, under each condition.
package struct FinetuningMeasures: Codable, Sendable {
  /// The accuracy of always answering the most frequent label.
  package let chance: Double
  /// The accuracy that nothing can exceed; nil where it is not known.
  @OrNull package private(set) var ceiling: Double?
  /// One for each condition.
  package let results: [FinetuningResult]

  /// Finetunes a model on the built-in task.
  /// - Throws: ``/Training/TrainingError``, and what `progress` throws.
  package init(
    of model: LanguageModel<Float>, _ run: RunConfiguration, ks: [Int], workers: Workers,
    progress: () throws -> Void = {}
  ) throws {
    let task = try Self.task(for: run)
    let options = Finetuning.options(of: run, texts: task.splits.train.count)
    let finetuning = Finetuning(model, on: task, options, workers: workers)
    chance = task.chance
    ceiling = task.ceiling
    results = try FinetuningCondition.allCases.map { condition in
      try finetuning(condition, seed: run.training.seed, ks: ks) { _, _ in try progress() }.result
    }
  }

  /// Counts the multiply-adds of finetuning a model on the built-in task under all conditions, at most: a frozen body has no
  /// backward pass.
  ///
  /// - Throws: What is wrong with the task.
  package static func multiplyAdds(of run: RunConfiguration, ks: [Int], trainingFactor: Double) throws -> Double {
    let task = try task(for: run)
    func symbols(_ texts: [LabelledText]) -> Double { Double(texts.reduce(0) { $0 + $1.symbols.count }) }
    func work(_ k: Int) -> Double { run.model.multiplyAddsPerToken(batch: Finetuning.Defaults.batch, k: k) }
    let schedule = run.training.kSchedule
    let largest = schedule.largest
    let meanK = (schedule(step: 0, of: run.training.steps) + largest) / 2
    let (validation, test) = (symbols(task.splits.validation), symbols(task.splits.test))
    let epoch = trainingFactor * symbols(task.splits.train) * work(meanK) + validation * work(largest)
    let measured = ks.reduce(0.0) { $0 + (validation + test) * work($1) }
    return Double(FinetuningCondition.allCases.count) * (Double(Finetuning.Defaults.epochs) * epoch + measured)
  }

  private static func task(for run: RunConfiguration) throws -> ClassificationTask {
    try ClassificationTask(
      ClassificationSources(), vocabulary: run.vocabulary, context: run.model.segment + run.model.memory)
  }

  /// The accuracy on the test part at the k that validation chose; nil if there is none.
  package subscript(condition: FinetuningCondition) -> Double? {
    results.first { $0.condition == condition }?.best?.accuracy
  }
}
