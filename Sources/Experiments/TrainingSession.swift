import Tensors
import MixtureOfExperts
import Corpora
import Foundation
import RunFiles
import Tables
import Training

/// Trains one model to the end of its run, with progress and, if asked, files in a directory.
package struct TrainingSession {
  /// Steps between checkpoints, unless given.
  package static let defaultCheckpointInterval = 500
  /// Steps between lines of metrics.jsonl, unless given.
  package static let defaultLogInterval = 10

  let configuration: RunConfiguration
  let corpus: Corpus
  let label: String
  let workers: Workers
  let directory: RunDirectory?
  let observer: any ExperimentObserver
  var checkpointInterval = Self.defaultCheckpointInterval
  var logInterval = Self.defaultLogInterval
  /// Steps between texts that the model writes on the way; none if nil.
  var sampleInterval: Int?
  /// Whether a person trains this one model: evaluations leave a line, and the weights with the lowest loss on the
  /// validation part are kept apart.
  var isAlone = false
  /// Told the model before its first step: what it returns is trained and evaluated in its place.
  var adapting: (LanguageModel<Float>) -> LanguageModel<Float> = { $0 }
  /// Told the first step of a session that was prepared, and whether none is left: what comes, for a person.
  var announce: (_ firstStep: Int, _ isFinished: Bool) -> Void = { _, _ in }
  /// Told what steps did and evaluations found, after every evaluation.
  var report: (_ metrics: [TrainingMetric], _ evaluations: [TrainingEvaluation]) throws -> Void = { _, _ in }

  /// What a session leaves behind.
  package struct Outcome {
    package let model: LanguageModel<Float>
    /// The mean loss over the last tenth of the steps, at most 100, in nats.
    package let finalLoss: Double
    /// Of training alone, without checkpoints and evaluations, over all sessions.
    let seconds: Double
    /// The steps that took these seconds: all, but where an earlier session said nothing of its own.
    package let timedSteps: Int
    let tokensPerSecond: Double
    /// What evaluations found on the way, that of the initial model first.
    package let evaluations: [TrainingEvaluation]
    /// What steps did, as metrics.jsonl has it.
    package let metrics: [TrainingMetric]
    /// Finished steps: fewer than planned if validation no longer fell.
    package let finishedSteps: Int
  }

  /// Trains to the end, from where the directory's last checkpoint stands; throws ``ExperimentFailure`` if the loss stops being finite.
  func run() throws -> Outcome {
    let (trainer, earlier) = try prepared()
    let firstStep = trainer.finishedSteps
    let tokensPerStep = trainer.options.batch * configuration.model.segment
    var history = try TrainingHistory(of: self, earlier: earlier, firstStep: firstStep, tokensPerStep: tokensPerStep)
    announce(firstStep, firstStep == trainer.options.steps || history.isExhausted)
    let progress = observer.steps(
      label, symbol: corpus.symbol, of: trainer.options.steps, tokensPerStep: tokensPerStep, from: firstStep)
    defer { progress.finish() }
    try directory == nil
      ? finish(trainer, &history, progress) : observer.completing { try finish(trainer, &history, progress) }
    let (seconds, timedSteps) = (history.seconds, trainer.finishedSteps - history.untimedSteps)
    return Outcome(
      model: trainer.model, finalLoss: trainer.meanRecentLoss, seconds: seconds, timedSteps: timedSteps,
      tokensPerSecond: seconds > 0 ? Double(timedSteps * tokensPerStep) / seconds : 0, evaluations: history.all,
      metrics: history.metrics, finishedSteps: trainer.finishedSteps)
  }

  /// Carries out the steps that are left, until validation no longer falls.
  private func finish(
    _ trainer: Trainer<Float>, _ history: inout TrainingHistory, _ progress: any StepProgress
  ) throws {
    var kept = directory?.contains(Checkpoint.stateName) == true ? trainer.finishedSteps : nil
    do {
      // Also before the first step: the loss may not be finite from the beginning.
      if kept == nil { try keep(trainer, &kept) }
      try history.evaluate(trainer, progress) { try keep(trainer, &kept) }
      while trainer.finishedSteps < trainer.options.steps, !history.isExhausted {
        if directory != nil, observer.isInterrupted {
          try keep(trainer, &kept)
          throw observer.interruption(" after step \(trainer.finishedSteps) of \(configuration.training.steps)")
        }
        let start = ProcessInfo.processInfo.systemUptime
        let report = try trainer.step()
        history.stepSeconds += ProcessInfo.processInfo.systemUptime - start
        progress.update(step: report.step, bitsPerCharacter: trainer.meanRecentLoss / M_LN2)
        try history.log(report)
        if let sampleInterval, report.step % sampleInterval == 0 { sample(trainer, report, progress) }
        try history.evaluate(trainer, progress) { try keep(trainer, &kept) }
        if report.step % checkpointInterval == 0 || report.step == trainer.options.steps || history.isExhausted {
          try keep(trainer, &kept)
        }
      }
    } catch let error as TrainingError {
      throw ExperimentFailure("router \(label), \(error); \(advice(kept))")
    }
  }

  /// Shows the beginning of what the model writes now, on one line.
  private func sample(_ trainer: Trainer<Float>, _ report: Trainer<Float>.StepReport, _ progress: any StepProgress) {
    let sample = TextSample(
      of: trainer.model, corpus.vocabulary, k: report.k, seed: configuration.training.seed,
      length: corpus.vocabulary.tokenization == .words ? 12 : 60)
    progress.note("step \(report.step): \(sample.map { String(reflecting: $0.text) } ?? "its scores are not finite")")
  }

  /// A trainer at the directory's last checkpoint, or at the beginning if the run stopped before its first; and what earlier
  /// sessions saw.
  private func prepared() throws -> (Trainer<Float>, [MetricsLine]) {
    let symbols = corpus.splits.train.symbols
    let traces = [Checkpoint.stateName, Checkpoint.modelName, RunDirectory.metricsName]
    guard let directory, traces.contains(where: { directory.contains($0) }) else {
      let trainer = try Trainer<Float>(
        initialModel(), configuration.training, symbols: symbols, workers: workers)
      return (trainer, [])
    }
    let (model, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
      configuration, from: directory, symbols: symbols.count)
    let trainer = try Trainer(model, configuration.training, symbols: symbols, workers: workers, from: state)
    var earlier: [MetricsLine] = []
    try observer.completing {
      try directory.keepLines(as: MetricsLine.self) { line in
        guard line.step <= state.finishedSteps else { return false }
        earlier.append(line)
        return true
      }
      try Checkpoint.restoreModel(of: trainer, of: configuration, in: directory)
    }
    try earlier.expectFit(configuration.model, in: directory)
    return (trainer, earlier)
  }

  /// The model before the first step.
  func initialModel() throws -> LanguageModel<Float> { adapting(try configuration.initialModel(in: directory)) }

  /// Writes a checkpoint, if its weights are worth going on from.
  private func keep(_ trainer: Trainer<Float>, _ kept: inout Int?) throws {
    guard let directory else { return }
    // The lines of a step are on the disk before the state that will not repeat it.
    try directory.synchronizeLines()
    guard kept != trainer.finishedSteps else { return }
    try trainer.check()
    try Checkpoint.save(trainer, of: configuration, to: directory)
    kept = trainer.finishedSteps
  }

  private func advice(_ kept: Int?) -> String {
    let advice = "a smaller --learning-rate may help"
    guard let directory, let kept else { return advice }
    return "the checkpoint of step \(kept) is kept in \(directory.path); \(advice)"
  }
}

extension Trainer {
  /// The mean loss of the last steps, in nats; there is one from the first step on.
  fileprivate var meanRecentLoss: Double { recentLosses.reduce(0, +) / Double(recentLosses.count) }
}

extension RunConfiguration {
  /// The model before the first step: made from the seed, or kept as another run had trained it.
  package func initialModel(in directory: RunDirectory?) throws -> LanguageModel<Float> {
    guard startedFrom != nil, let directory else { return LanguageModel(model, seed: training.seed) }
    return try Checkpoint.load(self, from: directory, Checkpoint.initialName)
  }
}

/// The evaluations of a model while a session trains it: kept in metrics.jsonl, the best model apart.
struct TrainingHistory {
  /// By ascending step, those of earlier sessions first.
  private(set) var all: [TrainingEvaluation]
  /// What steps did, those of earlier sessions first.
  private(set) var metrics: [TrainingMetric]
  /// Of this session's steps.
  var stepSeconds = 0.0

  private let session: TrainingSession
  private let observe: TrainingObserver
  private let tokensPerStep: Int
  private let earlierSeconds: Double
  /// Of earlier sessions that say no seconds.
  let untimedSteps: Int
  private var hasAnnounced = false
  /// Where the last evaluation, or this session's start, was.
  private var before: (step: Int, seconds: Double)

  init(of session: TrainingSession, earlier: [MetricsLine], firstStep: Int, tokensPerStep: Int) throws {
    self.session = session
    self.tokensPerStep = tokensPerStep
    before = (firstStep, 0)
    all = earlier.evaluations
    metrics = earlier.steps
    // Steps that a checkpoint kept after the last line that says seconds are counted at the same pace.
    let timed = earlier.last { $0.step > 0 && $0.seconds != nil }
    earlierSeconds = timed.map { ($0.seconds ?? 0) * Double(firstStep) / Double($0.step) } ?? 0
    untimedSteps = timed == nil ? firstStep : 0
    observe = try TrainingObserver(
      of: session.configuration, session.corpus, initial: session.initialModel(),
      commonK: RouterResult.commonK(of: session.configuration.model), workers: session.workers)
  }

  /// Of training alone, over all sessions.
  var seconds: Double { earlierSeconds + stepSeconds }

  /// The evaluation with the lowest loss on the validation part.
  var best: TrainingEvaluation? { all.min { $0.validation.loss < $1.validation.loss } }

  /// Whether as many evaluations as the run's patience allows found nothing better.
  var isExhausted: Bool {
    guard let patience = session.configuration.patience, let best else { return false }
    // A run that was made longer is given its patience again.
    let start = max(best.step, session.configuration.patienceAfter ?? 0)
    return all.count { $0.step > start } >= patience
  }

  /// Evaluates the model if it is time to, and nobody has at this step.
  mutating func evaluate(_ trainer: Trainer<Float>, _ progress: any StepProgress, keep: () throws -> Void) throws {
    let (step, run) = (trainer.finishedSteps, session.configuration)
    guard step % run.evaluationSteps == 0 || step == run.training.steps, all.last.map({ $0.step < step }) ?? true
    else { return }
    let seconds = stepSeconds - before.seconds
    let k = run.training.kSchedule(step: max(0, step - 1), of: run.training.steps)
    // A loss that is not finite is named by the step that meets it.
    guard var evaluation = try observe(trainer.model, step: step, k: k) else { return }
    evaluation.seconds = self.seconds
    if seconds > 0 { evaluation.tokensPerSecond = Double((step - before.step) * tokensPerStep) / seconds }
    before = (step, stepSeconds)
    let isBest = best.map { evaluation.validation.loss < $0.validation.loss } ?? true
    all.append(evaluation)
    // The weights first: a line that is on the disk is never without them. The checkpoint before them: a step that is
    // repeated, perhaps as part of a longer run, is never one whose weights are already the best.
    if isBest, session.isAlone, let directory = session.directory {
      try keep()
      try Checkpoint.saveBest(trainer, of: session.configuration, to: directory)
    }
    try session.directory?.appendLine(MetricsLine.evaluation(evaluation))
    if session.isAlone {
      if !hasAnnounced {
        progress.note("the first \(evaluation.validation.symbols) \(session.corpus.symbol)s of the validation part:")
        progress.note(
          "validation: step   k  bits/\(session.corpus.symbol)  entropy, nats  max/mean  tokens/s  seconds")
      }
      hasAnnounced = true
      progress.note(row(evaluation, isBest: isBest))
    }
    try session.report(metrics, all)
  }

  /// Notes what a step did, if it is time to.
  mutating func log(_ report: Trainer<Float>.StepReport) throws {
    guard report.step % session.logInterval == 0 || report.step == session.configuration.training.steps else { return }
    let metric = TrainingMetric(
      step: report.step, loss: report.loss, gradientNorm: report.gradientNorm, learningRate: report.learningRate,
      k: report.k, seconds: seconds)
    metrics.append(metric)
    try session.directory?.appendLine(MetricsLine.step(metric))
  }

  /// One evaluation, with the load imbalance; a star marks the lowest loss so far.
  private func row(_ evaluation: TrainingEvaluation, isBest: Bool) -> String {
    let result = evaluation.validation
    let entropy = result.entropyPerLayer.meanOfAll
    let cells = [
      ("\(evaluation.step)", 16), (entropy == nil ? "–" : "\(result.k)", 4),
      (String(format: "%.3f", result.bitsPerCharacter), 6 + session.corpus.symbol.count), (isBest ? "*" : " ", 1),
      (entropy.map { String(format: "%.2f", $0) } ?? "–", 14),
      (result.imbalance.map { String(format: "%.1f ×", $0) } ?? "–", 10),
      (evaluation.tokensPerSecond > 0 ? String(format: "%.0f", evaluation.tokensPerSecond) : "–", 10),
      (String(format: "%.1f", evaluation.seconds), 9),
    ]
    return cells.map { $0.padded(to: $1) }.joined()
  }
}
