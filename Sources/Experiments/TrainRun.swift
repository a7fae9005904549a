import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Training

/// One model trained into a run directory: the work of `train`.
package struct TrainRun {
  package let configuration: RunConfiguration
  package let corpus: Corpus
  package let directory: RunDirectory
  private let summary: CorpusSummary
  private let observer: any ExperimentObserver

  /// What belongs to one session and not to the run.
  package struct SessionOptions: Sendable {
    package var checkpointInterval = TrainingSession.defaultCheckpointInterval
    package var logInterval = TrainingSession.defaultLogInterval
    package var sampleInterval: Int?

    package init() {}
  }

  /// Begins a run at a path, if nil in `runs/ROUTER-seedN` or the first of `…-2`, `…-3` that is free; `source` is the directory of a run whose last weights are gone on from, with
  /// its model and symbols.
  package static func begun(
    _ settings: RunSettings, router: RouterKind, from source: String? = nil, at path: String? = nil,
    with files: any FileOperations = SystemFiles(), command: [String] = [], observer: any ExperimentObserver
  ) throws -> TrainRun {
    let started = try source.map { try StoredRun(RunDirectory.open($0)) }
    let corpus = observer.noting(try started.map { try settings.corpus(goingOnFrom: $0) } ?? settings.corpus())
    var configuration = try settings.run(
      started?.configuration.model.router ?? router, on: corpus, from: started?.configuration)
    configuration.startedFrom = started.map { InputFile.absolutePath(of: $0.directory.path) }
    _ = try settings.evaluationKs(configuration.model)
    // Before anything is written: weights that cannot be read are no beginning.
    let initial = try started?.model()
    let name = "\(RunList.standardFolder)/\(configuration.model.router.rawValue)-seed\(configuration.training.seed)"
    let directory = try path.map { try RunDirectory.create(at: $0, with: files) } ?? RunDirectory.new(name, with: files)
    let summary = configuration.summary(of: corpus)
    try observer.completing {
      if let initial { try Checkpoint.saveInitial(initial, of: configuration, to: directory) }
      try directory.writeJSON(
        RunOrigin(command: command, [RunOrigin.Part(itselfOn: summary)]), to: RunOrigin.name)
      try directory.writeJSON(configuration, to: RunDirectory.configurationName)
      observer.advise(
        configuration.data == InputFile.standardInput
          ? continuation(of: directory) + " --data FILE, a file of the same text" : continuation(of: directory))
    }
    return TrainRun(
      configuration: configuration, corpus: corpus, directory: directory, summary: summary, observer: observer)
  }

  /// Opens a run that was begun before, and makes it longer if the settings say so; its text may be elsewhere now.
  package static func continued(
    _ path: String, _ settings: RunSettings, with files: any FileOperations = SystemFiles(),
    observer: any ExperimentObserver
  ) throws -> TrainRun {
    let directory = try RunDirectory.reopen(path, with: files)
    var run = try StoredRun(directory)
    let isElsewhere = settings.isSet(\.data) || settings.heldOut != nil
    if isElsewhere { run = try run.reading(settings) }
    var configuration = run.configuration
    try run.expectMemory(configuration.bytesForTraining)
    observer.advise(continuation(of: directory))
    let corpus = observer.noting(
      try run.corpus(
        minimum: .forTraining(batch: configuration.training.batch, segment: configuration.model.segment)))
    _ = try settings.evaluationKs(configuration.model)
    if let steps = settings[\.training.steps], steps != configuration.training.steps {
      try configuration.extend(to: steps)
      if directory.contains(Checkpoint.stateName) {
        // Before anything is written: a state that cannot be read is not gone on from.
        let (_, state): (LanguageModel<Float>, TrainingState<Float>) = try Checkpoint.resume(
          run.configuration, from: directory, symbols: corpus.splits.train.symbols.count)
        configuration.patienceAfter = state.finishedSteps
        try [MetricsLine](in: directory).expectFit(configuration.model, in: directory)
      }
      try observer.completing {
        // What was measured is that of the shorter run, which a killed process could not tell from the longer one's.
        try directory.remove(RunDirectory.resultsName)
        try directory.writeJSON(configuration, to: RunDirectory.configurationName)
      }
    } else if isElsewhere {
      // The same text in another place, by its checksum.
      try observer.completing { try directory.writeJSON(configuration, to: RunDirectory.configurationName) }
    }
    return TrainRun(
      configuration: configuration, corpus: corpus, directory: directory, summary: configuration.summary(of: corpus),
      observer: observer)
  }

  private static func continuation(of directory: RunDirectory) -> String {
    "continue with: hyperrouter train --resume \(directory.path)"
  }

  /// Trains to the end, evaluates, and keeps the result.
  package func result(_ settings: RunSettings, _ options: SessionOptions = SessionOptions()) throws -> Result {
    let (router, ks) = (configuration.model.router.rawValue, try settings.evaluationKs(configuration.model))
    var session = TrainingSession(
      configuration: configuration, corpus: corpus, label: router, workers: settings.workers, directory: directory,
      observer: observer, checkpointInterval: options.checkpointInterval, logInterval: options.logInterval,
      isAlone: true)
    session.sampleInterval = options.sampleInterval
    session.announce = { first, isFinished in
      observer.announce(
        isFinished
          ? ["already finished after step \(first) of \(configuration.training.steps); --steps makes it longer"]
          : announcement(from: first, settings))
    }
    var pages = PageSchedule(of: configuration, runs: 1)
    session.report = { metrics, evaluations in
      guard let step = evaluations.last?.step, pages.isDue(after: step) else { return }
      try record(RunRecord(variant: router, configuration, metrics: metrics, evaluations: evaluations))
    }
    let outcome = try session.run()
    var measured = try RouterResult.evaluating(outcome, of: session, ks: ks)
    if let best = measured.bestStep, best < outcome.finishedSteps, directory.contains(Checkpoint.bestName) {
      let model = try StoredRun(directory).model(.best)
      measured.sample = TextSample(
        of: model, corpus.vocabulary, k: measured.bestK ?? configuration.model.experts,
        seed: configuration.training.seed)
    }
    let result = Result(
      corpus: summary, configuration: configuration, result: measured, finishedSteps: outcome.finishedSteps,
      finalTrainingLoss: outcome.finalLoss, path: directory.path)
    try observer.completing { try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName) }
    try record(RunRecord(result.result, configuration, metrics: outcome.metrics))
    return result
  }

  private func record(_ run: RunRecord) throws {
    try observer.recorded([RunOrigin.Part.itself: run], in: directory)
  }

  /// The text, the model and the time.
  private func announcement(from firstStep: Int, _ settings: RunSettings) -> [String] {
    let (model, training) = (configuration.model, configuration.training)
    let duration = try? RunDuration(asFor: configuration, corpus, workers: settings.workers)
    let ks = try? settings.evaluationKs(model)
    func about(from step: Int) -> String {
      duration.map {
        ", about \(RunDuration.text($0.seconds(of: configuration, from: step, on: corpus, ks: ks ?? [])))"
      } ?? ""
    }
    guard firstStep == 0 else {
      return ["going on after step \(firstStep) of \(training.steps)\(about(from: firstStep))"]
    }
    let k = model.router.isSparse ? training.kSchedule.largest : model.experts
    return [
      "\(corpus.name): \(summary.sizes)",
      "\(model.router.rawValue): \(configuration.sizes); k \(model.router.isSparse ? training.kSchedule.description : "all")",
      "\(model.trainedCount) trainable parameters, \(model.trainedCount - model.idleCount(k: k)) of them active for a "
        + "token at k = \(k); \(training.steps) steps"
        + (duration == nil ? "" : about(from: 0) + " with " + settings.workers.count.counted("thread")),
    ] + (configuration.warning.map { [$0] } ?? [])
  }

  /// The object that `train --json` prints: the router's result, and what belongs to this run alone.
  package struct Result: Encodable, Described {
    package static let words =
      """
      training: train --json; results.json of a run of train
      finished_steps: fewer than steps if --patience ended the run
      final_training_loss, final_training_bits_per_symbol: mean over the last steps, nats and bits a symbol
      """ + RouterResult.words.drop { $0 != "\n" }
    package static func example(from sample: any Decoder) throws -> any Encodable {
      Result(
        corpus: try CorpusSummary(from: sample), configuration: try RunConfiguration(from: sample),
        result: try RouterResult(from: sample), finishedSteps: 1, finalTrainingLoss: 1, path: "")
    }

    let corpus: CorpusSummary
    let configuration: RunConfiguration
    package let result: RouterResult
    let finishedSteps: Int
    let finalTrainingLoss: Double
    let path: String

    private enum CodingKeys: CodingKey {
      case corpus, seed, steps, finishedSteps, finalTrainingLoss, finalTrainingBitsPerSymbol, path
    }

    package func encode(to encoder: any Encoder) throws {
      try result.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(corpus, forKey: .corpus)
      try container.encode(configuration.training.seed, forKey: .seed)
      try container.encode(configuration.training.steps, forKey: .steps)
      try container.encode(finishedSteps, forKey: .finishedSteps)
      try container.encode(finalTrainingLoss, forKey: .finalTrainingLoss)
      try container.encode(finalTrainingLoss / M_LN2, forKey: .finalTrainingBitsPerSymbol)
      try container.encode(path, forKey: .path)
    }

    /// Bits by k or, verbosely, all tables, and how the training ended.
    package func passages(isVerbose: Bool) -> [Passage] {
      let runs = FinishedRuns([(configuration, result)], on: corpus)
      let tables = ComparisonTables(runs)
      let passages = isVerbose ? tables.passages : tables.headline
      var ending = [
        "final training loss: \(String(format: "%.3f", finalTrainingLoss / M_LN2)) \(corpus.unit)"
      ]
      if result.timedSteps < finishedSteps {
        ending.append("tokens/s and seconds are those of \(result.timedSteps) steps: earlier ones were not timed")
      }
      if finishedSteps < configuration.training.steps {
        ending.append(
          "stopped after step \(finishedSteps) of \(configuration.training.steps): the loss on the validation part had "
            + "not fallen for \(configuration.patience ?? 0) evaluations")
      }
      if let best = result.bestOnTheWay, best.step < finishedSteps {
        ending.append(
          "lowest on the validation part after step \(best.step), "
            + String(format: "%.3f", best.validation.bitsPerCharacter)
            + " \(corpus.unit): --weights best of evaluate and generate takes these weights")
      }
      return passages + ending.map { .paragraph($0) }
    }

    /// What the best weights write.
    package var sample: [Passage] {
      let step = min(result.bestStep ?? finishedSteps, finishedSteps)
      return result.sample.map {
        [.heading("a sample at k = \($0.k), of the weights after step \(step)"), .verbatim($0.text)]
      } ?? []
    }
  }
}

extension RouterResult {
  /// The evaluation on the way with the lowest loss on the validation part.
  fileprivate var bestOnTheWay: HistoryPoint? { history.min { $0.validation.loss < $1.validation.loss } }
  fileprivate var bestStep: Int? { bestOnTheWay?.step }
}

extension RunDirectory {
  /// Makes a directory of a name, with -2, -3, … behind it if those before are taken.
  fileprivate static func new(_ name: String, with files: any FileOperations) throws -> RunDirectory {
    let places = sequence(first: 1) { $0 + 1 }.lazy.map { $0 == 1 ? name : "\(name)-\($0)" }
    guard let free = places.first(where: { !FileManager.default.fileExists(atPath: $0) }) else { preconditionFailure() }
    return try create(at: free, with: files)
  }
}

extension RunSettings {
  /// The text on which another run is gone on from: given, or that of the run, in its symbols.
  fileprivate func corpus(goingOnFrom other: StoredRun) throws -> Corpus {
    let kept = other.configuration
    let minimum = Splits<Int>.forTraining(
      batch: self[\.training.batch] ?? preset.sizes.batch, segment: kept.model.segment)
    guard isSet(\.data) || heldOut != nil else { return try other.corpus(minimum: minimum) }
    return try Corpus.load(
      self[\.data] ?? kept.data, heldOut: heldOut, vocabulary: kept.vocabulary, minimum: minimum)
  }
}

extension RunConfiguration {
  /// Makes the run longer; evaluations stay where they would have been.
  fileprivate mutating func extend(to steps: Int) throws {
    let before = training.steps
    guard steps > before else {
      throw ConfigurationError("steps", found: steps, expected: "more than the run has, \(before)")
    }
    evaluationInterval = evaluationSteps
    training.extendedFrom = (training.extendedFrom ?? []) + [before]
    training.steps = steps
    try validate()
  }
}

extension RunConfiguration {
  /// That the router cannot learn: the softmax of one logit is 1, whatever the logit.
  package var warning: String? {
    guard model.gateOrder == .topKThenSoftmax, training.kSchedule.largest == 1, let facts = model.router.facts,
      facts.isCausal, !facts.hasBalancingLoss, !facts.outline(model.routerSizes).parameters.isEmpty
    else { return nil }
    return "with k = 1 and \(model.gateOrder.rawValue) every gate is 1: the router gets no gradient and does not learn"
  }
}

extension Configuration {
  /// The trainable parameters of experts that a token does not visit.
  fileprivate func idleCount(k: Int) -> Int {
    router.isSparse ? layers * (experts - k) * (2 * modelWidth * expertWidth + expertWidth + modelWidth) : 0
  }
}
