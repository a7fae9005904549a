import CommandLineInterface
import Corpora
import Foundation
import RunFiles
import Tensors
import Training
import TransformerXL

/// Trains one model to the end of its run, with progress on standard error and, if asked, files in a directory.
struct TrainingSession {
  /// Steps between checkpoints, unless given.
  static let defaultCheckpointInterval = 500
  /// Steps between lines of metrics.jsonl, unless given.
  static let defaultLogInterval = 10

  let configuration: RunConfiguration
  let corpus: Corpus
  let label: String
  let workers: Workers
  let directory: RunDirectory?
  let console: Console
  let interruption: Interruption
  /// Steps between checkpoints.
  let checkpointInterval: Int
  /// Steps between lines of metrics.jsonl.
  let logInterval: Int

  /// What a session leaves behind.
  struct Outcome {
    let model: LanguageModel<Float>
    /// The mean loss over the last tenth of the steps, at most 100, in nats.
    let finalLoss: Double
    /// The whole session, checkpoints included.
    let seconds: Double
    /// Over the steps alone, without checkpoints.
    let tokensPerSecond: Double
    /// The steps of this session.
    let timedSteps: Int
  }

  /// Trains to the end, from where the directory's last checkpoint stands.
  ///
  /// - Returns: The trained model and its speed.
  /// - Throws: `CommandError` if the loss stops being finite or the user interrupts, `FileError`, `CorpusError`.
  func run() throws -> Outcome {
    let trainer = try prepared()
    let firstStep = trainer.finishedSteps
    let tokensPerStep = trainer.options.batch * configuration.model.segment
    let progress = console.progress(
      label, symbol: corpus.symbol, steps: trainer.options.steps, tokensPerStep: tokensPerStep, startingAt: firstStep)
    defer { progress.finish() }
    let start = ProcessInfo.processInfo.systemUptime
    let stepSeconds =
      try directory == nil
      ? finish(trainer, progress) : interruption.completing { try finish(trainer, progress) }
    let seconds = ProcessInfo.processInfo.systemUptime - start
    let tokens = Double((trainer.finishedSteps - firstStep) * tokensPerStep)
    return Outcome(
      model: trainer.model, finalLoss: trainer.meanRecentLoss, seconds: seconds,
      tokensPerSecond: stepSeconds > 0 ? tokens / stepSeconds : 0, timedSteps: trainer.finishedSteps - firstStep)
  }

  /// Carries out the steps that are left.
  ///
  /// - Returns: The seconds that they took, without checkpoints.
  private func finish(_ trainer: Trainer<Float>, _ progress: ProgressLine) throws -> Double {
    var seconds = 0.0
    var kept = directory?.contains(Checkpoint.stateName) == true ? trainer.finishedSteps : nil
    do {
      // Also before the first step: the loss may not be finite from the beginning.
      if kept == nil { try keep(trainer, &kept) }
      while trainer.finishedSteps < trainer.options.steps {
        if directory != nil, interruption.isRequested {
          if kept != trainer.finishedSteps { try keep(trainer, &kept) }
          throw interrupted(after: trainer.finishedSteps)
        }
        let start = ProcessInfo.processInfo.systemUptime
        let report = try trainer.step()
        seconds += ProcessInfo.processInfo.systemUptime - start
        progress.update(step: report.step, bitsPerCharacter: trainer.meanRecentLoss / M_LN2)
        try log(report)
        if report.step % checkpointInterval == 0 || report.step == trainer.options.steps { try keep(trainer, &kept) }
      }
    } catch let error as TrainingError {
      throw CommandError(.failure, "router \(label), \(error); \(advice(kept))")
    }
    return seconds
  }

  /// A trainer at the directory's last checkpoint, or at the beginning if the run stopped before its first.
  private func prepared() throws -> Trainer<Float> {
    let symbols = corpus.splits.train.symbols
    let traces = [Checkpoint.stateName, Checkpoint.modelName, RunDirectory.metricsName]
    guard let directory, traces.contains(where: { directory.contains($0) }) else {
      return try Trainer(
        LanguageModel(configuration.model, seed: configuration.training.seed), configuration.training,
        symbols: symbols, workers: workers)
    }
    let (model, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
      configuration, from: directory, symbols: symbols.count)
    let trainer = try Trainer(model, configuration.training, symbols: symbols, workers: workers, from: state)
    try interruption.completing {
      try directory.keepLines(as: TrainingMetric.self) { $0.step <= state.finishedSteps }
      try Checkpoint.restoreModel(of: trainer, in: directory)
    }
    return trainer
  }

  private func log(_ report: Trainer<Float>.StepReport) throws {
    guard report.step % logInterval == 0 || report.step == configuration.training.steps else { return }
    try directory?.appendLine(
      TrainingMetric(
        step: report.step, loss: report.loss, gradientNorm: report.gradientNorm, learningRate: report.learningRate,
        k: report.k, isOfWords: corpus.vocabulary.tokenization == .words))
  }

  /// Writes a checkpoint, if its weights are worth going on from.
  private func keep(_ trainer: Trainer<Float>, _ kept: inout Int?) throws {
    guard let directory else { return }
    try trainer.check()
    // The lines of a step are on the disk before the state that will not repeat it.
    try directory.synchronizeLines()
    try Checkpoint.save(trainer, to: directory)
    kept = trainer.finishedSteps
  }

  private func advice(_ kept: Int?) -> String {
    let advice = "a smaller --learning-rate may help"
    guard let directory, let kept else { return advice }
    return "the checkpoint of step \(kept) is kept in \(directory.path); \(advice)"
  }

  private func interrupted(after step: Int) -> CommandError {
    interruption.error(" after step \(step) of \(configuration.training.steps)")
  }
}

extension Trainer {
  /// The mean loss of the last steps, in nats; there is one from the first step on.
  fileprivate var meanRecentLoss: Double { recentLosses.reduce(0, +) / Double(recentLosses.count) }
}
