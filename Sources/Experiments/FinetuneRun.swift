import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
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
  package var patience = Finetuning.Defaults.patience
  package var pooling = Pooling.standard

  package static let defaultSeeds = 1

  package init(checkpoint: String) { self.checkpoint = checkpoint }

  /// The training of a classifier: the pretrained run's for so many epochs, but for what is set; checked.
  fileprivate func training(
    of run: RunConfiguration, texts: Int, _ asked: RunSettings
  ) throws -> TrainingOptions {
    var own = run
    own.training = Finetuning.options(
      of: run, texts: texts, epochs: epochs, batch: asked[\.training.batch] ?? Finetuning.Defaults.batch)
    own = asked.changing(own)
    own.training.shards = min(own.training.batch, own.training.shards)
    own.training.seed = asked.seed
    try own.training.validate(for: run.model)
    return own.training
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

  /// Reads the pretrained model and the texts; `run` says the first seed, the threads, the k of evaluations, and what differs from
  /// the pretrained run's training.
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
    let training = try settings.training(of: kept, texts: task.splits.train.count, run)
    finetuning = Finetuning(
      try pretrained.model(settings.weights), on: task, training, pooling: settings.pooling,
      patience: settings.patience, dropout: run[\.model.dropout], workers: run.workers)
    let origin = ClassifierConfiguration.Pretrained(
      path: InputFile.absolutePath(of: directory.path), weights: settings.weights.rawValue,
      step: try Checkpoint.finishedSteps(of: kept, in: directory, settings.weights.fileName),
      checksum: try Checksums(kept, finetuning.pretrained).weights)
    seeds = run.seeds(settings.seeds)
    let (task, finetuning, seeds) = (task, finetuning, seeds)
    planned = seeds.flatMap { seed in
      settings.conditions.map { condition in
        var own = training
        own.seed = seed
        let classifier = ClassifierConfiguration(
          condition: condition, labels: task.labels, pretrained: origin, data: settings.texts,
          fingerprint: task.fingerprint, model: finetuning.model, training: own, pooling: finetuning.pooling,
          patience: finetuning.patience, vocabulary: kept.vocabulary)
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
    task.notes.forEach(observer.note)
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
      pretrained: planned[0].settings.pretrained, training: planned[0].settings.training,
      pooling: finetuning.pooling, patience: finetuning.patience, seeds: seeds.count,
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
          try Checkpoint.save(
            outcome.classifier, of: one.settings, step: outcome.result.chosenStep, to: directory)
        }
      }
      var result = outcome.result
      result.checksums = try Checksums(one.settings, outcome.classifier)
      return result
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
      Checkpoint.holds(result.checksums, step: result.chosenStep, of: try? one.checksum(), in: directory)
    else { return nil }
    return result
  }

  /// Labels whose texts are counted for the reader, at most: of more the most frequent ones and the rarest.
  private static let shownLabels = 20

  /// The texts, the model and the training, in lines; two spaces begin those that belong to the one before.
  package var heading: [String] {
    let (training, splits, model) = (finetuning.training, task.splits, finetuning.model)
    let schedule = model.router.isSparse ? training.kSchedule.description : "all"
    var lines = [
      "\(task.name): \(task.labels.count) labels",
      "  texts: \(splits.train.count) to train on, \(splits.validation.count) to validate, \(splits.test.count) to test; "
        + "at most \(task.longest) \(pretrained.configuration.vocabulary.symbol)s",
    ]
    let counts = zip(task.labels, task.counts).sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    let shown = counts.count > Self.shownLabels ? counts.prefix(Self.shownLabels - 1) + counts.suffix(1) : counts[...]
    let (listed, last) = (shown.map { "\($0.0): \($0.1)" }, shown.count - 1)
    lines.append(
      "  texts of each label to train on: " + listed[..<last].joined(separator: ", ")
        + (counts.count > shown.count ? " … " : ", ") + listed[last])
    if task.truncatedCount > 0 {
      lines.append(
        "  texts longer than T + M = \(task.context), of which the last \(task.context) are read: \(task.truncatedCount)"
      )
    }
    return lines + [
      "\(model.router.rawValue) from \(pretrained.directory.path)"
        + (planned[0].settings.pretrained.step.map { ", after \($0) steps" } ?? ""),
      "  at most \(training.steps) steps of \(training.batch) texts, learning rate "
        + String(format: "%g, k ", training.learningRate.peak) + schedule + ", \(finetuning.pooling) pooling, "
        + seeds.words,
    ]
  }
}

extension ClassifierConfiguration {
  /// Its directory's name inside that of the finetuning, and its name on the progress line.
  func name(namesSeed: Bool) -> String { condition.rawValue + (namesSeed ? "-\(training.seed)" : "") }
}
