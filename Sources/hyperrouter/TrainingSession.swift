import CommandLineInterface
import Corpora
import Files
import Foundation
import Tensors
import Training
import TransformerXL

/// Trains one model to the end of its run, with progress on standard error and, if asked, files in a directory.
struct TrainingSession {
  let configuration: RunConfiguration
  let corpus: Corpus
  let label: String
  let workers: Workers
  let directory: RunDirectory?
  let console: Console
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

  /// Trains.
  ///
  /// - Parameter resuming: Whether to go on from the directory's saved state.
  /// - Returns: The trained model and its speed.
  /// - Throws: `CommandError` if the loss stops being finite or the user interrupts, `FileError`, `CorpusError`.
  func run(resuming: Bool = false) throws -> Outcome {
    let trainer = try resuming ? resumed() : fresh()
    let firstStep = trainer.finishedSteps
    let tokensPerStep = trainer.options.batch * configuration.model.segment
    let progress = console.progress(
      label, symbol: corpus.symbol, steps: trainer.options.steps, tokensPerStep: tokensPerStep, startingAt: firstStep)
    defer { progress.finish() }
    let interruption = directory.map { _ in Interruption() }
    let start = ProcessInfo.processInfo.systemUptime
    var stepSeconds = 0.0
    // Also before the first step: there always is a checkpoint to go on from.
    var kept = firstStep
    if !resuming { try keep(trainer, &kept) }
    while trainer.finishedSteps < trainer.options.steps {
      do {
        let stepStart = ProcessInfo.processInfo.systemUptime
        let report = try trainer.step()
        stepSeconds += ProcessInfo.processInfo.systemUptime - stepStart
        progress.update(step: report.step, bitsPerCharacter: trainer.meanRecentLoss / M_LN2)
        let isInterrupted = interruption?.isRequested == true
        try log(report)
        if report.step % checkpointInterval == 0 || report.step == trainer.options.steps || isInterrupted {
          try keep(trainer, &kept)
        }
        if isInterrupted { throw interrupted(after: report.step) }
      } catch let error as TrainingError {
        throw CommandError(.failure, "router \(label), \(error); \(advice(kept))")
      }
    }
    let seconds = ProcessInfo.processInfo.systemUptime - start
    let tokens = Double((trainer.finishedSteps - firstStep) * tokensPerStep)
    return Outcome(
      model: trainer.model, finalLoss: trainer.meanRecentLoss, seconds: seconds,
      tokensPerSecond: stepSeconds > 0 ? tokens / stepSeconds : 0, timedSteps: trainer.finishedSteps - firstStep)
  }

  private func fresh() throws -> Trainer<Float> {
    try Trainer(
      LanguageModel(configuration.model, seed: configuration.training.seed), configuration.training,
      symbols: corpus.splits.train.symbols, workers: workers)
  }

  private func resumed() throws -> Trainer<Float> {
    guard let directory else { return try fresh() }
    let (model, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
      configuration, from: directory, symbols: corpus.splits.train.symbols.count)
    try directory.keepLines(as: TrainingMetric.self) { $0.step <= state.finishedSteps }
    return try Trainer(
      model, configuration.training, symbols: corpus.splits.train.symbols, workers: workers, from: state)
  }

  private func log(_ report: Trainer<Float>.StepReport) throws {
    guard report.step % logInterval == 0 || report.step == configuration.training.steps else { return }
    try directory?.appendLine(
      TrainingMetric(
        step: report.step, loss: report.loss, gradientNorm: report.gradientNorm, learningRate: report.learningRate,
        k: report.k, isOfWords: corpus.vocabulary.tokenization == .words))
  }

  /// Writes a checkpoint, if its weights are worth going on from.
  private func keep(_ trainer: Trainer<Float>, _ kept: inout Int) throws {
    guard let directory else { return }
    try trainer.check()
    try Checkpoint.save(trainer, to: directory)
    kept = trainer.finishedSteps
  }

  private func advice(_ kept: Int) -> String {
    let checkpoint = directory.map { "the checkpoint of step \(kept) is kept in \($0.path); " } ?? ""
    return checkpoint + "a smaller --learning-rate may help"
  }

  private func interrupted(after step: Int) -> CommandError {
    let path = directory?.path ?? ""
    return CommandError(
      .interrupted,
      "interrupted after step \(step) of \(configuration.training.steps); continue with: "
        + "hyperrouter train --resume \(path)")
  }
}

extension Trainer {
  /// The mean loss of the last steps, in nats.
  fileprivate var meanRecentLoss: Double { recentLosses.reduce(0, +) / Double(max(1, recentLosses.count)) }
}
