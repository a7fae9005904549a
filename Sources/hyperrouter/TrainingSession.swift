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
  }

  /// One line of metrics.jsonl.
  struct Metric: Codable {
    let step: Int
    let loss: Double
    let bitsPerCharacter: Double
    let gradientNorm: Double
    let learningRate: Double
    let k: Int

    enum CodingKeys: String, CodingKey {
      case step, loss, k
      case bitsPerCharacter = "bits_per_character"
      case gradientNorm = "gradient_norm"
      case learningRate = "learning_rate"
    }
  }

  /// Trains.
  ///
  /// - Parameter resuming: Whether to go on from the directory's saved state.
  /// - Returns: The trained model and its speed.
  /// - Throws: What training, reading or writing throws.
  func run(resuming: Bool = false) throws -> Outcome {
    let model = LanguageModel<Float>(configuration.model, seed: configuration.training.seed)
    let options = configuration.training
    var state: TrainingState<Float>?
    if resuming, let directory {
      let saved = try Checkpoint.resume(model, from: directory)
      try directory.keepLines(as: Metric.self) { $0.step <= saved.finishedSteps }
      state = saved
    }
    let trainer = try Trainer(
      model, options, symbols: corpus.splits.train.symbols, workers: workers, from: state)
    let firstStep = trainer.finishedSteps
    let tokensPerStep = options.batch * configuration.model.segment
    let progress = console.progress(
      label, steps: options.steps, tokensPerStep: tokensPerStep, startingAt: firstStep)
    var recent: [Double] = []
    let window = max(1, min(100, options.steps / 10))
    let start = ProcessInfo.processInfo.systemUptime
    var stepSeconds = 0.0
    do {
      while trainer.finishedSteps < options.steps {
        let stepStart = ProcessInfo.processInfo.systemUptime
        let report = try trainer.step()
        stepSeconds += ProcessInfo.processInfo.systemUptime - stepStart
        recent.append(report.loss)
        if recent.count > window { recent.removeFirst() }
        let smooth = recent.reduce(0, +) / Double(recent.count)
        progress.update(step: report.step, bitsPerCharacter: smooth / M_LN2)
        try record(report, trainer)
      }
    } catch {
      progress.finish()
      throw error
    }
    let seconds = ProcessInfo.processInfo.systemUptime - start
    let steps = trainer.finishedSteps - firstStep
    let speed = stepSeconds > 0 ? Double(steps * tokensPerStep) / stepSeconds : 0
    progress.finish()
    return Outcome(
      model: model, finalLoss: recent.reduce(0, +) / Double(max(1, recent.count)), seconds: seconds,
      tokensPerSecond: speed)
  }

  private func record(_ report: Trainer<Float>.StepReport, _ trainer: Trainer<Float>) throws {
    guard let directory else { return }
    let isLast = report.step == configuration.training.steps
    if report.step % logInterval == 0 || isLast {
      try directory.appendLine(
        Metric(
          step: report.step, loss: report.loss, bitsPerCharacter: report.loss / M_LN2,
          gradientNorm: report.gradientNorm, learningRate: report.learningRate, k: report.k))
    }
    if report.step % checkpointInterval == 0 || isLast { try Checkpoint.save(trainer, to: directory) }
  }
}
