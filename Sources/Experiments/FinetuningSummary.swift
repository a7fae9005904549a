import Tensors
import Corpora
import MixtureOfExperts
import RunFiles
import Training

/// What a trained model is worth for the built-in classification task, under each condition.
package struct FinetuningMeasures: Codable, Described, Sendable {
  package static let words = "finetuning_measures: a model finetuned on the built-in task, under each condition"
  /// The accuracy of always answering the most frequent label.
  package let chance: Double
  /// The accuracy that nothing can exceed; nil where it is not known.
  @OrNull package private(set) var ceiling: Double?
  /// One for each condition.
  package let results: [FinetuningResult]

  /// Finetunes a model on the built-in task.
  package init(
    of model: LanguageModel<Float>, _ run: RunConfiguration, ks: [Int], workers: Workers,
    progress: () throws -> Void = {}
  ) throws {
    let task = try Self.task(for: run)
    let options = Finetuning.options(of: run, texts: task.splits.train.count)
    let finetuning = Finetuning(model, on: task, options, workers: workers)
    (chance, ceiling) = (task.chance, task.ceiling)
    results = try FinetuningCondition.allCases.map { condition in
      try finetuning(condition, seed: run.training.seed, ks: ks) { _, _ in try progress() }.result
    }
  }

  /// Counts the multiply-adds of finetuning a model under all conditions, at most: a frozen body has no backward pass.
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

/// What the classifiers of several conditions and seeds say together: accuracies on the test part, and their differences paired
/// by seed.
package struct FinetuningSummary: Codable, Described, Sendable {
  package static let words = "finetuning_summary: all classifiers of a finetuning, on the test part"

  /// The accuracy of one condition at one k.
  package struct Accuracy: Codable, Described, Sendable {
    package static let words = "accuracy: one condition over seeds; k null: each seed's best on the validation part"
    package let condition: FinetuningCondition
    /// Experts for each token; nil: for each seed the k with the highest accuracy on the validation part.
    @OrNull package private(set) var k: Int?
    /// Over seeds.
    package let mean: Double
    /// √(p (1−p) / n) of one classifier, the mean over seeds: what other texts would change.
    package let standardError: Double
    /// Half of the 95 % interval of the mean over seeds, by Student's t: what other seeds would change; nil for one seed.
    @OrNull package private(set) var halfWidth95: Double?
  }

  /// By condition, by ascending k, the chosen k last.
  package let accuracies: [Accuracy]
  /// Of each pair of conditions, by ascending k.
  package let differences: [Difference]

  /// Puts results together: for each condition one for each seed, all with the same seeds and measured at the same k.
  package init(_ results: [FinetuningResult]) {
    let byCondition = Dictionary(grouping: results, by: \.condition.rawValue)
      .mapValues { $0.sorted { $0.seed < $1.seed } }
    let seeds = Set(byCondition.values.map { $0.map(\.seed) })
    let ks = Set(results.map { $0.test.map(\.k) })
    precondition(
      seeds.count == 1 && ks.count == 1, "FinetuningSummary: seeds \(seeds) and k \(ks) do not make pairs")
    let conditions = FinetuningCondition.allCases.filter { byCondition[$0.rawValue] != nil }
    let sorted = ks.first?.sorted() ?? []
    func measured(_ condition: String, _ k: Int?) -> [ClassificationResult] {
      (byCondition[condition] ?? []).compactMap { result in result.test.first { $0.k == k ?? result.bestK } }
    }
    accuracies = conditions.flatMap { condition in
      (sorted.map(Optional.some) + [nil]).map { k in
        let found = measured(condition.rawValue, k)
        let overSeeds = PairedDifference(found.map(\.accuracy))
        return Accuracy(
          condition: condition, k: k, mean: overSeeds.mean,
          standardError: found.reduce(0) { $0 + $1.standardError } / Double(found.count),
          halfWidth95: overSeeds.halfWidth)
      }
    }
    differences = Difference.all(of: conditions.map(\.rawValue), ks: sorted) { a, b, k in
      PairedDifference(zip(measured(a, k), measured(b, k)).map { $0.accuracy - $1.accuracy })
    }
  }
}
