import Corpora
import Foundation
import RunFiles
import Tensors
import Training

/// The work of `finetune`: classifiers trained one after the other, each kept when it is finished.
struct FinetuneRun {
  /// One training of a classifier.
  struct Planned {
    let configuration: ClassifierConfiguration
    /// Its directory's name inside that of the finetuning, and its name on the progress line.
    let name: String

    /// Plans a training.
    ///
    /// - Parameters:
    ///   - configuration: The classifier.
    ///   - namesSeed: Whether directories name seeds: where there are several.
    init(_ configuration: ClassifierConfiguration, namesSeed: Bool) {
      self.configuration = configuration
      name = configuration.condition.rawValue + (namesSeed ? "-\(configuration.training.seed)" : "")
    }
  }

  let pretrained: StoredRun
  let task: ClassificationTask
  let finetuning: Finetuning
  /// All conditions of a seed before the next seed: an interrupted finetuning has whole pairs.
  let planned: [Planned]
  let ks: [Int]
  let options: Options
  let console: Console
  let interruption: Interruption

  /// Reads the pretrained model and the texts.
  ///
  /// - Throws: `FileError`, `CommandError`, `ConfigurationError` for what cannot be read or does not fit together.
  init(_ options: Options, _ console: Console, _ interruption: Interruption) throws {
    let run = try StoredRun(RunDirectory.open(options[RunFlags.checkpoint]))
    let model = run.configuration.model
    if model.router.facts?.isCausal == false {
      throw FileError(
        .unexpected, run.directory.path,
        "holds a model with router \(model.router.rawValue), which \(model.router.note ?? "looks ahead"), padding between texts "
          + "included; expected a router that decides for each token by itself")
    }
    ks = try options.settings.evaluationKs(model)
    let sources = ClassificationSources(
      train: options[FinetuneFlags.data], validation: options[FinetuneFlags.validation],
      test: options[FinetuneFlags.test])
    let task = try ClassificationTask(
      sources, vocabulary: run.configuration.vocabulary, context: model.segment + model.memory)
    let training = try options.finetuning(of: run.configuration, texts: task.splits.train.count)
    let weights = options[RunFlags.weights]
    let finetuning = Finetuning(
      try run.model(weights), on: task, training, dropout: options[FinetuneFlags.dropout],
      workers: Workers(count: options[RunFlags.threads]))
    let origin = ClassifierConfiguration.Pretrained(
      path: InputFile.absolutePath(of: run.directory.path), weights: weights.rawValue,
      step: try Checkpoint.finishedSteps(of: run.configuration, in: run.directory, weights.fileName))
    let seeds = options.settings.seeds(options[FinetuneFlags.seeds])
    planned = seeds.flatMap { seed in
      options.finetuningConditions.map { condition in
        var own = training
        own.seed = seed
        let configuration = ClassifierConfiguration(
          condition: condition, labels: task.labels, pretrained: origin, data: sources,
          fingerprint: task.fingerprint, model: finetuning.model, training: own,
          vocabulary: run.configuration.vocabulary)
        return Planned(configuration, namesSeed: seeds.count > 1)
      }
    }
    if let shortage = MemoryShortage(of: planned[0].configuration.bytesForTraining(longest: task.longest)) {
      throw CommandError.usage("--batch: \(shortage)")
    }
    pretrained = run
    self.task = task
    self.finetuning = finetuning
    self.options = options
    self.console = console
    self.interruption = interruption
  }

  /// Trains what is not trained yet, keeps the results and prints them.
  ///
  /// - Parameter directory: Where the finetuning is kept, or nil.
  /// - Throws: `CommandError` if a loss stops being finite or the user interrupts, `FileError`.
  func run(in directory: RunDirectory?) throws {
    let tables = FinetuneTables(run: self)
    if !options[RunFlags.json] { try console.print(tables.heading) }
    let results = try planned.enumerated().map { index, one in
      let start = ProcessInfo.processInfo.systemUptime
      let (result, isKept) = try finished(one, in: directory)
      let seconds = ProcessInfo.processInfo.systemUptime - start
      note(one, index, result, isKept ? "kept from before" : String(format: "%.1f s", seconds))
      return result
    }
    let outcome = FinetuneOutcome(of: self, results)
    if let directory {
      try interruption.completing { try directory.writeJSON(Stamped(outcome), to: RunDirectory.resultsName) }
    }
    if options[RunFlags.json] {
      try console.printObject(Stamped(outcome))
    } else {
      try tables.print(outcome)
      if let directory { try console.print("\nkept in \(directory.path)") }
    }
  }

  /// What there is to report of one classifier: as it was kept, or after training it.
  private func finished(_ one: Planned, in directory: RunDirectory?) throws -> (FinetuningResult, isKept: Bool) {
    let own = try directory.map { try self.directory(of: one, in: $0) }
    if let kept = own.flatMap({ kept(one, in: $0) }) { return (kept, true) }
    let training = one.configuration.training
    let symbols = task.splits.train.reduce(0) { $0 + $1.symbols.count }
    let progress = console.progress(
      one.name, symbol: "text", steps: training.steps,
      tokensPerStep: symbols * training.batch / task.splits.train.count)
    defer { progress.finish() }
    do {
      let outcome = try finetuning(one.configuration.condition, seed: training.seed, ks: ks) { step, loss in
        progress.update(step: step, bitsPerCharacter: loss / M_LN2)
      }
      if let own { try keep(outcome, in: own) }
      return (outcome.result, false)
    } catch let error as TrainingError {
      throw CommandError(.failure, "\(one.name), \(error); a smaller --learning-rate may help")
    }
  }

  private func note(_ one: Planned, _ index: Int, _ result: FinetuningResult, _ remark: String) {
    guard let best = result.best else { return }
    let accuracy = String(format: "%.1f %%", 100 * best.accuracy)
    console.note("[\(index + 1)/\(planned.count)] \(one.name): \(accuracy) right at k = \(best.k), \(remark)")
  }
}
