import Corpora
import Experiments
import Foundation
import Jacobian
import RunFiles
import Training

/// The looks at a model while a session trains it: kept in metrics.jsonl, the best model apart.
struct TrainingLooks {
  /// By ascending step, those of earlier sessions first.
  private(set) var all: [EvaluationMetric]
  /// What steps did, those of earlier sessions first.
  private(set) var metrics: [TrainingMetric]
  /// Of this session's steps.
  var stepSeconds = 0.0

  private let session: TrainingSession
  private let observe: TrainingObserver
  private let tokensPerStep: Int
  private let earlierSeconds: Double
  private var hasAnnounced = false
  /// Where the last look, or this session's start, was.
  private var before: (step: Int, seconds: Double)

  init(of session: TrainingSession, earlier: [MetricsLine], firstStep: Int, tokensPerStep: Int) throws {
    self.session = session
    self.tokensPerStep = tokensPerStep
    before = (firstStep, 0)
    all = earlier.looks
    metrics = earlier.steps
    earlierSeconds = all.last?.seconds ?? 0
    observe = try TrainingObserver(
      of: session.configuration, session.corpus, initial: session.configuration.initialModel(in: session.directory),
      commonK: RouterResult.commonK(of: session.configuration.model),
      workers: session.workers)
  }

  /// The look with the lowest loss on the validation part.
  var best: EvaluationMetric? { all.min { $0.look.validation.loss < $1.look.validation.loss } }

  /// Whether as many looks as the run's patience allows found nothing better.
  var isExhausted: Bool {
    guard let patience = session.configuration.patience, let best else { return false }
    // A run that was made longer is given its patience again.
    let start = max(best.look.step, session.configuration.patienceAfter ?? 0)
    return all.count { $0.look.step > start } >= patience
  }

  /// Looks at the model if it is time to, and nobody has looked at this step.
  ///
  /// - Parameters:
  ///   - trainer: The training.
  ///   - progress: Above which lines are left.
  ///   - keep: Writes a checkpoint.
  /// - Throws: `FileError`.
  mutating func look(at trainer: Trainer<Float>, _ progress: ProgressLine, keep: () throws -> Void) throws {
    let (step, run) = (trainer.finishedSteps, session.configuration)
    guard step % run.evaluationSteps == 0 || step == run.training.steps, all.last.map({ $0.look.step < step }) ?? true
    else { return }
    let seconds = stepSeconds - before.seconds
    let k = run.training.kSchedule(step: max(0, step - 1), of: run.training.steps)
    // A loss that is not finite is named by the step that meets it.
    guard let look = try observe(trainer.model, step: step, k: k) else { return }
    let found = EvaluationMetric(
      look: look, seconds: earlierSeconds + stepSeconds,
      tokensPerSecond: seconds > 0 ? Double((step - before.step) * tokensPerStep) / seconds : 0)
    before = (step, stepSeconds)
    let isBest = best.map { found.look.validation.loss < $0.look.validation.loss } ?? true
    all.append(found)
    // The weights first: a look that is on the disk is never without them. The checkpoint before them: a step that is
    // repeated, perhaps as part of a longer run, is never one whose weights are already the best.
    if isBest, session.isAlone, let directory = session.directory {
      try keep()
      try Checkpoint.saveBest(trainer, to: directory)
    }
    try session.directory?.appendLine(MetricsLine.evaluation(found))
    if session.isAlone {
      if !hasAnnounced { progress.note(Self.heading(session.corpus.symbol)) }
      hasAnnounced = true
      progress.note(row(found, isBest: isBest))
    }
    try session.report(metrics, all.map(\.look))
  }

  /// Notes what a step did, if it is time to.
  ///
  /// - Parameter report: The step.
  /// - Throws: `FileError`.
  mutating func log(_ report: Trainer<Float>.StepReport) throws {
    let run = session.configuration
    guard report.step % session.logInterval == 0 || report.step == run.training.steps else { return }
    let metric = TrainingMetric(
      step: report.step, loss: report.loss, gradientNorm: report.gradientNorm, learningRate: report.learningRate,
      k: report.k)
    metrics.append(metric)
    try session.directory?.appendLine(MetricsLine.step(metric))
  }

  /// What stands above the rows of looks.
  private static func heading(_ symbol: String) -> String {
    "validation: step   k  bits/\(symbol)  entropy, nats  busiest  tokens/s  seconds"
  }

  /// One look: the busiest expert's tokens as a multiple of a fair share; a star marks the lowest loss so far.
  private func row(_ metric: EvaluationMetric, isBest: Bool) -> String {
    let result = metric.look.validation
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func cell(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let isSparse = !result.entropyPerLayer.isEmpty
    let busiest = result.loadPerLayer.map { Double($0.count) * ($0.max() ?? 0) }
    return cell("\(metric.look.step)", 16) + cell(isSparse ? "\(result.k)" : "–", 4)
      + cell(String(format: "%.3f", result.bitsPerCharacter), 6 + session.corpus.symbol.count)
      + (isBest ? "*" : " ") + cell(isSparse ? String(format: "%.2f", mean(result.entropyPerLayer)) : "–", 14)
      + cell(isSparse ? String(format: "%.1f ×", mean(busiest)) : "–", 9)
      + cell(metric.tokensPerSecond > 0 ? String(format: "%.0f", metric.tokensPerSecond) : "–", 10)
      + cell(String(format: "%.1f", metric.seconds), 9)
  }
}
