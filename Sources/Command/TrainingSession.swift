import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Tensors
import Training

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
  /// Whether a person trains this one model: looks leave a line on the error stream, and the weights with the lowest loss on the
  /// validation part are kept apart.
  var isAlone = false
  /// Told the first step of a session that was prepared: what comes, for a person.
  var announce: (_ firstStep: Int) -> Void = { _ in }
  /// Told what steps did and looks saw, after every look.
  var report: (_ metrics: [TrainingMetric], _ looks: [TrainingLook]) throws -> Void = { _, _ in }

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
    /// What was seen on the way, the initial model first.
    let looks: [TrainingLook]
    /// What steps did, as metrics.jsonl has it.
    let metrics: [TrainingMetric]
    /// Finished steps: fewer than planned if validation no longer fell.
    let finishedSteps: Int
  }

  /// Trains to the end, from where the directory's last checkpoint stands.
  ///
  /// - Returns: The trained model and its speed.
  /// - Throws: `CommandError` if the loss stops being finite or the user interrupts, `FileError`, `CorpusError`.
  func run() throws -> Outcome {
    let (trainer, earlier) = try prepared()
    let firstStep = trainer.finishedSteps
    announce(firstStep)
    let tokensPerStep = trainer.options.batch * configuration.model.segment
    let progress = console.progress(
      label, symbol: corpus.symbol, steps: trainer.options.steps, tokensPerStep: tokensPerStep, startingAt: firstStep)
    defer { progress.finish() }
    let start = ProcessInfo.processInfo.systemUptime
    var looks = try TrainingLooks(of: self, earlier: earlier, firstStep: firstStep, tokensPerStep: tokensPerStep)
    try directory == nil
      ? finish(trainer, &looks, progress) : interruption.completing { try finish(trainer, &looks, progress) }
    let seconds = ProcessInfo.processInfo.systemUptime - start
    let tokens = Double((trainer.finishedSteps - firstStep) * tokensPerStep)
    return Outcome(
      model: trainer.model, finalLoss: trainer.meanRecentLoss, seconds: seconds,
      tokensPerSecond: looks.stepSeconds > 0 ? tokens / looks.stepSeconds : 0,
      timedSteps: trainer.finishedSteps - firstStep, looks: looks.all.map(\.look), metrics: looks.metrics,
      finishedSteps: trainer.finishedSteps)
  }

  /// Carries out the steps that are left, until validation no longer falls.
  private func finish(
    _ trainer: Trainer<Float>, _ looks: inout TrainingLooks, _ progress: ProgressLine
  ) throws {
    var kept = directory?.contains(Checkpoint.stateName) == true ? trainer.finishedSteps : nil
    do {
      // Also before the first step: the loss may not be finite from the beginning.
      if kept == nil { try keep(trainer, &kept) }
      try looks.look(at: trainer, progress) { try keep(trainer, &kept) }
      while trainer.finishedSteps < trainer.options.steps, !looks.isExhausted {
        if directory != nil, interruption.isRequested {
          try keep(trainer, &kept)
          throw interrupted(after: trainer.finishedSteps)
        }
        let start = ProcessInfo.processInfo.systemUptime
        let report = try trainer.step()
        looks.stepSeconds += ProcessInfo.processInfo.systemUptime - start
        progress.update(step: report.step, bitsPerCharacter: trainer.meanRecentLoss / M_LN2)
        try looks.log(report)
        try looks.look(at: trainer, progress) { try keep(trainer, &kept) }
        if report.step % checkpointInterval == 0 || report.step == trainer.options.steps || looks.isExhausted {
          try keep(trainer, &kept)
        }
      }
    } catch let error as TrainingError {
      throw CommandError(.failure, "router \(label), \(error); \(advice(kept))")
    }
  }

  /// A trainer at the directory's last checkpoint, or at the beginning if the run stopped before its first; and what earlier
  /// sessions saw.
  private func prepared() throws -> (Trainer<Float>, [MetricsLine]) {
    let symbols = corpus.splits.train.symbols
    let traces = [Checkpoint.stateName, Checkpoint.modelName, RunDirectory.metricsName]
    guard let directory, traces.contains(where: { directory.contains($0) }) else {
      let trainer = try Trainer<Float>(
        configuration.initialModel(in: directory), configuration.training, symbols: symbols, workers: workers)
      return (trainer, [])
    }
    let (model, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
      configuration, from: directory, symbols: symbols.count)
    let trainer = try Trainer(model, configuration.training, symbols: symbols, workers: workers, from: state)
    var earlier: [MetricsLine] = []
    try interruption.completing {
      try directory.keepLines(as: MetricsLine.self) { line in
        guard line.step <= state.finishedSteps else { return false }
        earlier.append(line)
        return true
      }
      try Checkpoint.restoreModel(of: trainer, in: directory)
    }
    try earlier.expectFit(configuration.model, in: directory)
    return (trainer, earlier)
  }

  /// Writes a checkpoint, if its weights are worth going on from.
  private func keep(_ trainer: Trainer<Float>, _ kept: inout Int?) throws {
    guard let directory else { return }
    // The lines of a step are on the disk before the state that will not repeat it.
    try directory.synchronizeLines()
    guard kept != trainer.finishedSteps else { return }
    try trainer.check()
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
