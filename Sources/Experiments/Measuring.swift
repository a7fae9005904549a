import Corpora
import Jacobian
import MixtureOfExperts
import Training

extension RouterResult {
  /// Measures a trained model: chosen by the validation part, reported on the test part.
  package static func evaluating(
    _ outcome: TrainingSession.Outcome, of session: TrainingSession, variant: String? = nil, ks: [Int],
    measuresReach: Bool = false, isFinetuned: Bool = false
  ) throws -> RouterResult {
    let (run, model) = (session.configuration, outcome.model)
    let splits = (
      validation: run.evaluated(session.corpus.splits.validation), test: run.evaluated(session.corpus.splits.test)
    )
    func results(
      _ label: String, _ model: LanguageModel<Float>, on split: Corpus.Split, ks: [Int], remembers: Bool = true
    ) throws -> [EvaluationResult] {
      try session.observer.results(
        of: Evaluation(model, on: split, workers: session.workers), "\(session.label), \(label)", ks: ks,
        remembers: remembers)
    }
    let commonK = commonK(of: run.model)
    let validation = try results("validation", model, on: splits.validation, ks: ks)
    let test = try results("test", model, on: splits.test, ks: ks)
    let initial = try session.initialModel()
    var result = RouterResult(
      run.model.router, variant: variant, seed: run.training.seed, evaluation: validation, test: test,
      mixtures: try mixtures(of: model, initial, session, k: commonK))
    result.commonK = commonK
    if result[commonK] == nil { result.common = try results("test", model, on: splits.test, ks: [commonK]).first }
    // The effect of memory is said where it is known what a text costs with all of it.
    if let best = result.best, session.corpus.entropyBitsPerCharacter != nil {
      result.withoutMemory = try results(
        "without memory", model, on: splits.test, ks: [best.k], remembers: false
      ).first
    }
    if measuresReach, let k = result.bestK {
      result.reach = try Reach(
        of: model, on: splits.test, boundaries: session.corpus.boundaries, k: k, workers: session.workers)
    }
    if isFinetuned { result.finetuning = try FinetuningMeasures(of: model, run, ks: ks, workers: session.workers) }
    if let learned = result[commonK], model.mixtures.contains(where: { $0.router is any LinearRouter<Float> }) {
      result.policies = try RoutingPolicy.allCases.map { policy in
        if policy == .learned { return PolicyResult(policy: policy, evaluation: learned) }
        let routed = policy.applied(to: model, initial: initial)
        return PolicyResult(
          policy: policy,
          evaluation: try results("\(policy.rawValue) routing", routed, on: splits.test, ks: [commonK])[0])
      }
    }
    result.sample = TextSample(
      of: model, session.corpus.vocabulary, k: result.bestK ?? run.model.experts, seed: run.training.seed)
    result.reading = TextReading(
      of: splits.test, by: model, session.corpus.vocabulary, k: commonK)
    result.describe(outcome, run)
    result.checksums = try Checksums(run, model)
    return result
  }

  /// Adds what needs no evaluation.
  private mutating func describe(_ outcome: TrainingSession.Outcome, _ run: RunConfiguration) {
    let (model, training) = (run.model, run.training)
    multiplyAddsPerToken = test.map { model.multiplyAddsPerToken(batch: training.batch, k: $0.k) }
    entropyNatsPerLayer = best?.entropyPerLayer ?? []
    routingTables = self[commonK]?.tables ?? []
    history = HistoryPoint.history(of: outcome.evaluations)
    trainableRoutingParameters = outcome.model.trainableRoutingCount
    fixedRoutingParameters = outcome.model.frozen.reduce(0) { $0 + $1.value.count }
    parameters = outcome.model.trainableCount
    tokensPerSecond = outcome.tokensPerSecond
    seconds = outcome.seconds
    timedSteps = outcome.timedSteps
    kSchedule = model.router.isSparse ? training.kSchedule.description : "dense"
    let lastStep = max(0, outcome.finishedSteps - 1)
    lastK = model.router.isSparse ? training.kSchedule(step: lastStep, of: training.steps) : nil
  }

  /// The k at which routers are compared, on the way as in the end and whatever is evaluated besides: 2, or 1 of one expert; all of a
  /// dense network.
  package static func commonK(of model: Configuration) -> Int {
    model.router.isSparse ? min(2, model.experts) : model.experts
  }

  /// Whether there are mixtures, and the test part is long enough to measure them.
  private static func canMeasure(_ model: Configuration, _ corpus: Corpus) -> Bool {
    let needed = Probe.minimumSymbols(rows: probeRows, length: model.segment, of: model)
    return model.router.isSparse && corpus.splits.test.symbols.count >= needed
  }

  /// Places of the test part at which mixtures are looked at.
  private static let probeRows = TrainingObserver.probeRows

  /// Measures the mixtures on a piece of the test part; there is none where that is too short.
  private static func mixtures(
    of model: LanguageModel<Float>, _ initial: LanguageModel<Float>, _ session: TrainingSession, k: Int
  ) throws -> [MixtureMeasures] {
    let configuration = session.configuration.model
    guard canMeasure(configuration, session.corpus) else { return [] }
    let probe = try Probe(
      session.corpus.splits.test.symbols, rows: probeRows, length: configuration.segment, of: configuration)
    return MixtureMeasures.of(
      LanguageModel(converting: model), initial: LanguageModel(converting: initial), probe: probe, k: k
    ).map(\.measures)
  }

  /// Whether this says of a run all that there is to say: a file can hold anything.
  func isReport(of run: PlannedRun, ks: [Int]) -> Bool {
    let model = run.configuration.model
    return variant == run.variant.name && seed == run.seed && evaluation.map(\.k) == ks && test.map(\.k) == ks
      && multiplyAddsPerToken.count == ks.count && commonK == Self.commonK(of: model) && self[commonK] != nil
      && router == run.variant.router.rawValue && bestK == Self.bestK(evaluation)
      && (reach != nil) == run.measuresReach && (finetuning != nil) == run.isFinetuned
      && (evaluation + test).allSatisfy { $0.loss.isFinite && $0.loss >= 0 && $0.loss < 1e6 && $0.coldSymbols != nil }
      && mixtures.count == (Self.canMeasure(model, run.corpus) ? model.layers : 0)
  }
}

extension ProgressReporter {
  /// Evaluates a model at several k, with progress: a long text takes a while.
  package func results(
    of evaluation: Evaluation<Float>, _ label: String, ks: [Int], remembers: Bool = true
  ) throws -> [EvaluationResult] {
    let progress = steps(
      "\(label): evaluating", symbol: "character", of: ks.count, tokensPerStep: evaluation.symbolCount, from: 0)
    defer { progress.finish() }
    return try ks.enumerated().map { index, k in
      progress.update(step: index, bitsPerCharacter: nil)
      return try evaluation(k: k, remembers: remembers)
    }
  }
}
