import Corpora
import Foundation
import RunFiles
import Tables
import Training

/// What a finetuning is asked to be.
package struct FinetuneSettings: Sendable {
  /// The directory of the pretrained run.
  package var checkpoint: String
  package var weights = StoredWeights.last
  package var texts = ClassificationSources()
  /// In the order of tables.
  package var conditions = FinetuningCondition.allCases
  /// How many seeds, from that of the run's settings on.
  package var seeds = Self.defaultSeeds
  package var epochs = Finetuning.Defaults.epochs
  /// Updates; what the epochs take if nil.
  package var steps: Int?
  package var batch = Finetuning.Defaults.batch
  /// The pretrained run's if nil, as all below.
  package var learningRate: Double?
  package var kSchedule: KSchedule?
  package var dropout: Double?

  package static let defaultSeeds = 1

  package init(checkpoint: String) { self.checkpoint = checkpoint }

  /// The training of a classifier, checked.
  fileprivate func training(of run: RunConfiguration, texts: Int, seed: UInt64) throws -> TrainingOptions {
    var training = Finetuning.options(of: run, texts: texts, epochs: epochs, batch: batch)
    if let steps { training.steps = steps }
    if let learningRate { training.learningRate.peak = learningRate }
    if let kSchedule { training.kSchedule = kSchedule }
    training.shards = min(training.batch, training.shards)
    training.seed = seed
    try training.validate(for: run.model)
    return training
  }
}

/// The work of `finetune`: classifiers trained one after the other, each kept when it is finished.
package struct FinetuneRun {
  private let pretrained: StoredRun
  private let task: ClassificationTask
  private let finetuning: Finetuning
  /// All conditions of a seed before the next seed: an interrupted finetuning has whole pairs.
  private let planned: [(name: String, settings: ClassifierConfiguration)]
  private let seeds: [UInt64]
  private let ks: [Int]
  private let keeping: Keeping<ClassifierConfiguration>
  private let observer: any ExperimentObserver

  /// Reads the pretrained model and the texts; `run` says the first seed, the threads, and the k of evaluations.
  package init(_ settings: FinetuneSettings, _ run: RunSettings, observer: any ExperimentObserver) throws {
    pretrained = try StoredRun(RunDirectory.open(settings.checkpoint))
    let (kept, directory) = (pretrained.configuration, pretrained.directory)
    if kept.model.router.facts?.isCausal == false {
      throw FileError(
        .unexpected, directory.path,
        "holds a model with router \(kept.model.router.rawValue), which \(kept.model.router.note ?? "looks ahead"), padding between texts "
          + "included; expected a router that decides for each token by itself")
    }
    ks = try run.evaluationKs(kept.model)
    task = try ClassificationTask(
      settings.texts, vocabulary: kept.vocabulary, context: kept.model.segment + kept.model.memory)
    let training = try settings.training(of: kept, texts: task.splits.train.count, seed: run.seed)
    finetuning = Finetuning(
      try pretrained.model(settings.weights), on: task, training, dropout: settings.dropout, workers: run.workers)
    let origin = ClassifierConfiguration.Pretrained(
      path: InputFile.absolutePath(of: directory.path), weights: settings.weights.rawValue,
      step: try Checkpoint.finishedSteps(of: kept, in: directory, settings.weights.fileName))
    seeds = run.seeds(settings.seeds)
    let (task, finetuning, seeds) = (task, finetuning, seeds)
    planned = seeds.flatMap { seed in
      settings.conditions.map { condition in
        var own = training
        own.seed = seed
        let classifier = ClassifierConfiguration(
          condition: condition, labels: task.labels, pretrained: origin, data: settings.texts,
          fingerprint: task.fingerprint, model: finetuning.model, training: own, vocabulary: kept.vocabulary)
        return (classifier.name(namesSeed: seeds.count > 1), classifier)
      }
    }
    if let shortage = MemoryShortage(of: planned[0].settings.bytesForTraining(longest: task.longest)) {
      throw shortage.named("batch")
    }
    keeping = Keeping(
      planned: planned, nouns: ("finetuning", "classifier"),
      summary: { kept in
        let seeds = kept.map { "\($0.training.seed)" }.distinct
        return kept.map(\.condition.rawValue).distinct.joined(separator: ", ") + " with seed"
          + (seeds.count > 1 ? "s " : " ") + seeds.joined(separator: ", ")
      }, observer: observer)
    self.observer = observer
  }

  /// Makes the directory of a new finetuning, or opens that of the same one.
  package func directory(at path: String, with files: any FileOperations = SystemFiles()) throws -> RunDirectory {
    try keeping.directory(at: path, with: files)
  }

  /// Trains what is not trained yet, and keeps the results.
  package func outcome(in directory: RunDirectory?) throws -> FinetuneOutcome {
    let results = try keeping.results(
      in: directory, kept: { kept(planned[$0].settings, in: $1) }, train: { try trained(planned[$0], in: $1) },
      done: { place, result, seconds in
        guard let best = result.best else { return }
        let accuracy = String(format: "%.1f %%", 100 * best.accuracy)
        observer.note(
          "[\(place + 1)/\(planned.count)] \(planned[place].name): \(accuracy) right at k = \(best.k), "
            + (seconds.map { String(format: "%.1f s", $0) } ?? "kept from before"))
      })
    let outcome = FinetuneOutcome(
      task: FinetuneOutcome.Task(task), router: finetuning.model.router.rawValue,
      pretrained: planned[0].settings.pretrained, training: planned[0].settings.training, seeds: seeds.count,
      threads: finetuning.workers.count, classifiers: results, summary: FinetuningSummary(results))
    if let directory {
      try observer.completing { try directory.writeJSON(Stamped(outcome), to: RunDirectory.resultsName) }
    }
    return outcome
  }

  private func trained(
    _ one: (name: String, settings: ClassifierConfiguration), in directory: RunDirectory?
  ) throws -> FinetuningResult {
    let training = one.settings.training
    let symbols = task.splits.train.reduce(0) { $0 + $1.symbols.count }
    let progress = observer.steps(
      one.name, symbol: "text", of: training.steps,
      tokensPerStep: symbols * training.batch / task.splits.train.count, from: 0)
    defer { progress.finish() }
    do {
      let outcome = try finetuning(one.settings.condition, seed: training.seed, ks: ks) { step, loss in
        progress.update(step: step, bitsPerCharacter: loss / M_LN2)
      }
      if let directory {
        try observer.completing {
          try Checkpoint.save(outcome.classifier, step: outcome.result.chosenStep, to: directory)
        }
      }
      return outcome.result
    } catch let error as TrainingError {
      throw ExperimentFailure("\(one.name), \(error); a smaller --learning-rate may help")
    }
  }

  /// What was reported of a classifier that is finished and was measured at the values of k asked for; nil if there is something
  /// left to do.
  private func kept(_ one: ClassifierConfiguration, in directory: RunDirectory) -> FinetuningResult? {
    guard let result = try? directory.readJSON(FinetuningResult.self, from: RunDirectory.resultsName),
      result.condition == one.condition, result.seed == one.training.seed,
      result.test.map(\.k) == ks, result.validation.map(\.k) == ks,
      result.test.allSatisfy({ $0.texts == task.splits.test.count }),
      Checkpoint.modelStep(in: directory) == result.chosenStep
    else { return nil }
    return result
  }

  /// The texts, the model and the training, in lines; two spaces begin those that belong to the one before.
  package var heading: [String] {
    let (training, splits, model) = (finetuning.training, task.splits, finetuning.model)
    let schedule = model.router.isSparse ? training.kSchedule.description : "all"
    var lines = [
      "\(task.name): \(task.labels.count) labels",
      "  texts: \(splits.train.count) to train on, \(splits.validation.count) to validate, \(splits.test.count) to test; "
        + "at most \(task.longest) \(pretrained.configuration.vocabulary.symbol)s",
    ]
    if task.truncatedCount > 0 {
      lines.append(
        "  texts longer than T + M = \(task.context), of which the last \(task.context) are read: \(task.truncatedCount)"
      )
    }
    for file in task.headed {
      lines.append("  the first line of \(URL(fileURLWithPath: file).lastPathComponent) names the columns")
    }
    return lines + [
      "\(model.router.rawValue) from \(pretrained.directory.path), after \(planned[0].settings.pretrained.step) steps",
      "  \(training.steps) steps of \(training.batch) texts, learning rate "
        + String(format: "%g, k ", training.learningRate.peak) + schedule + ", \(seeds.words)",
    ]
  }
}

extension ClassifierConfiguration {
  /// Its directory's name inside that of the finetuning, and its name on the progress line.
  func name(namesSeed: Bool) -> String { condition.rawValue + (namesSeed ? "-\(training.seed)" : "") }
}

/// The object that `finetune --json` prints and `results.json` keeps.
package struct FinetuneOutcome: Codable, Described, Sendable {
  package static let words = "finetuning: finetune --json; its results.json"

  /// The texts.
  struct Task: Codable, Described, Sendable {
    package static let words = "classification_task: labelled texts in a model's symbols, the last ones of each"
    let name: String
    let labels: [String]
    let trainingTexts, validationTexts, testTexts: Int
    /// How many symbols of a text are read at most.
    let context: Int
    /// The longest text that is read, in symbols.
    let longest: Int
    /// How many texts lost their beginning.
    let truncated: Int
    /// The accuracy on the test part of always answering the training part's most frequent label.
    let chance: Double
    /// The accuracy that nothing can exceed on the test part.
    @OrNull private(set) var ceiling: Double?

    init(_ task: ClassificationTask) {
      (name, labels, chance, ceiling) = (task.name, task.labels, task.chance, task.ceiling)
      (trainingTexts, validationTexts) = (task.splits.train.count, task.splits.validation.count)
      testTexts = task.splits.test.count
      (context, longest, truncated) = (task.context, task.longest, task.truncatedCount)
    }
  }

  let task: Task
  let router: String
  let pretrained: ClassifierConfiguration.Pretrained
  let training: TrainingOptions
  let seeds, threads: Int
  let classifiers: [FinetuningResult]
  package let summary: FinetuningSummary

  /// Accuracies beside chance and ceiling, and the differences of conditions.
  package var passages: [Passage] {
    let isOneSeed = seeds == 1
    func percent(_ value: Double, _ halfWidth: Double? = nil) -> Table.Cell {
      .estimate(Estimate(100 * value, halfWidth: halfWidth.map { 100 * $0 }), digits: 1)
    }
    let all = summary.accuracies
    let ks = Set(all.compactMap(\.k)).sorted().map { "k = \($0)" }
    var accuracies = Table(
      "accuracy on the test part in %, by experts used at inference",
      headings: ["condition"] + ks + ["best", "standard error"],
      notes: [
        (isOneSeed ? "" : "± half-width of the 95 % interval over seeds, Student's t; ")
          + "the standard error is that of the best, by the number of texts; the best k is chosen by the validation part; "
          + "chance always answers the label that is most frequent in training"
          + (task.ceiling == nil ? "" : "; the ceiling is the best answer there is, from the known chains")
      ])
    for condition in all.map(\.condition).distinct {
      let own = all.filter { $0.condition == condition }
      accuracies.append(
        [.text(condition.rawValue)] + own.map { percent($0.mean, $0.halfWidth95) }
          + [percent(own[own.count - 1].standardError)])
    }
    func append(_ name: String, _ value: Double) {
      accuracies.append([.text(name)] + ks.map { _ in "" } + [percent(value), ""])
    }
    append("chance", task.chance)
    if let ceiling = task.ceiling { append("ceiling", ceiling) }
    let pairs = summary.differences
    guard !pairs.isEmpty else { return [.table(accuracies)] }
    let differences = Table(
      "differences in % of the texts" + (isOneSeed ? "" : ", paired by seed, ± half-width of the 95 % interval"),
      headings: ["first minus second"] + ks,
      rows: pairs.map(\.name).distinct.map { name in
        [.text(name)]
          + pairs.filter { $0.name == name }.map { percent($0.paired.mean, $0.paired.halfWidth) }
      })
    return [.table(accuracies), .table(differences)]
  }
}
