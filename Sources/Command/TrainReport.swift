import Corpora
import Experiments
import Foundation
import Hosts
import Jacobian
import MixtureOfExperts
import Report
import RunFiles
import Tables
import Training

/// What `train` says before and after a training.
struct TrainReport {
  let session: TrainingSession
  let directory: RunDirectory
  let options: Options
  private var configuration: RunConfiguration { session.configuration }
  private var corpus: Corpus { session.corpus }
  private var console: Console { session.console }

  /// Says what will be done, trains to the end, evaluates, keeps the result and prints it.
  func finish() throws {
    let ks = try options.settings.evaluationKs(configuration.model)
    var session = session
    session.announce = announce
    var pages = PageSchedule(of: configuration, runs: 1)
    session.report = { metrics, looks in
      guard let step = looks.last?.step, pages.isDue(after: step) else { return }
      try report(ReportedRun(variant: name, configuration, metrics: metrics, looks: looks))
    }
    let outcome = try session.run()
    let result = TrainResult(
      corpus: CorpusSummary(corpus), seed: configuration.training.seed, steps: configuration.training.steps,
      finishedSteps: outcome.finishedSteps, finalTrainingLoss: outcome.finalLoss,
      finalTrainingBitsPerSymbol: outcome.finalLoss / M_LN2, result: try .evaluating(outcome, of: session, ks: ks),
      path: directory.path)
    try session.interruption.completing { try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName) }
    try report(ReportedRun(result.result, configuration, metrics: outcome.metrics))
    if options[RunFlags.json] {
      try console.printObject(Stamped(result))
    } else {
      try print(result, outcome)
    }
  }

  private var name: String { configuration.model.router.rawValue }

  /// Writes the page of the run as far as it is.
  private func report(_ run: ReportedRun) throws {
    // As it was begun, which may have been in another session.
    let origin = try? directory.readJSON(RunOrigin.self, from: RunOrigin.name)
    let part = ReportedPart(
      name: corpus.name, corpus: CorpusSummary(corpus), symbol: corpus.symbol, isJudged: false, planned: 1, runs: [run])
    let reported = ReportedDirectory(path: directory.path, origin: origin, parts: [part], isRun: true)
    let html = ComparisonReport(directories: [reported]).page.html
    try session.interruption.completing { try directory.write(html, to: ComparisonReport.name) }
  }

  /// The text, the model and the time.
  private func announce(from firstStep: Int) {
    let (model, training, splits) = (configuration.model, configuration.training, corpus.splits)
    guard firstStep == 0 else {
      guard firstStep < training.steps else { return }
      var sentence = "going on after step \(firstStep) of \(training.steps)"
      if let duration = try? RunDuration(asFor: configuration, corpus, workers: session.workers) {
        sentence += ", about \(RunDuration.text(duration.seconds(of: configuration, from: firstStep)))"
      }
      console.note(sentence)
      return
    }
    let whole = splits.train.symbols.count + splits.validation.symbols.count + splits.test.symbols.count
    let k = model.router.isSparse ? training.kSchedule.largest : model.experts
    var work =
      "\(model.trainedCount) trained numbers, \(model.trainedCount - model.idleCount(k: k)) of them at work for a "
      + "token at k = \(k); \(training.steps) steps"
    if let duration = try? RunDuration(asFor: configuration, corpus, workers: session.workers) {
      work +=
        ", about \(RunDuration.text(duration.seconds(of: configuration))) with "
        + session.workers.count.counted("thread")
    }
    for sentence in [
      "\(corpus.name): \(whole) \(corpus.symbol)s, V = \(model.vocabulary); the first \(splits.train.symbols.count) to train "
        + "on, the next \(splits.validation.symbols.count) to validate, the last \(splits.test.symbols.count) to test",
      "\(model.router.rawValue): L = \(model.layers), d = \(model.modelWidth), H·d_h = \(model.heads)·\(model.headWidth), "
        + "f = \(model.expertWidth), N = \(model.experts), T = \(model.segment), M = \(model.memory), "
        + "B = \(training.batch); k \(model.router.isSparse ? training.kSchedule.description : "all")",
      work,
    ] { console.note(console.wrapped(sentence)) }
  }

  private func print(_ result: TrainResult, _ outcome: TrainingSession.Outcome) throws {
    try ComparisonTables(
      summary: ComparisonSummary([result.result]), corpus: corpus, experts: configuration.model.experts
    ).print(on: console)
    try console.print(
      "\nfinal training loss: \(String(format: "%.3f", result.finalTrainingBitsPerSymbol)) \(corpus.unit)")
    if options.isGiven(TrainFlags.resume) {
      try console.print("tokens/s and seconds are those of this session's \(outcome.timedSteps) steps")
    }
    if outcome.finishedSteps < configuration.training.steps {
      try console.print(
        console.wrapped(
          "stopped after step \(outcome.finishedSteps) of \(configuration.training.steps): the loss on the validation part had "
            + "not fallen for \(configuration.patience ?? 0) looks"))
    }
    if let best = outcome.looks.min(by: { $0.validation.loss < $1.validation.loss }), best.step < outcome.finishedSteps
    {
      try console.print(
        console.wrapped(
          "lowest on the validation part after step \(best.step), "
            + String(format: "%.3f", best.validation.bitsPerCharacter)
            + " \(corpus.unit): --weights best of evaluate and generate takes these weights"))
    }
    if let sample = result.result.sample {
      try console.print("\n" + console.style.bold("a sample at k = \(sample.k)"))
      try console.print(sample.text.printable)
    }
    try console.print(
      TextChart(validation: outcome.looks.map { ($0.step, $0.validation.bitsPerCharacter) }, unit: corpus.unit))
    try console.print("\nkept in \(directory.path)")
    try console.print("next: hyperrouter generate --checkpoint \(directory.path) --length 1000")
  }
}

extension Configuration {
  /// The trained numbers of experts that a token does not visit.
  fileprivate func idleCount(k: Int) -> Int {
    router.isSparse ? layers * (experts - k) * (2 * modelWidth * expertWidth + expertWidth + modelWidth) : 0
  }
}

/// The object that `train --json` prints: the router's result, and what belongs to this run alone.
private struct TrainResult: Encodable {
  let corpus: CorpusSummary
  let seed: UInt64
  let steps: Int
  let finishedSteps: Int
  let finalTrainingLoss: Double
  let finalTrainingBitsPerSymbol: Double
  let result: RouterResult
  let path: String

  private enum CodingKeys: CodingKey {
    case corpus, seed, steps, finishedSteps, finalTrainingLoss, finalTrainingBitsPerSymbol, path
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(corpus, forKey: .corpus)
    try container.encode(seed, forKey: .seed)
    try container.encode(steps, forKey: .steps)
    try container.encode(finishedSteps, forKey: .finishedSteps)
    try container.encode(finalTrainingLoss, forKey: .finalTrainingLoss)
    try container.encode(finalTrainingBitsPerSymbol, forKey: .finalTrainingBitsPerSymbol)
    try container.encode(path, forKey: .path)
  }
}
