import Corpora
import Experiments
import Hosts
import Jacobian
import MixtureOfExperts
import RunFiles
import Training

/// What `compare` and `train` report of one trained model.
struct RouterResult: Codable {
  let router: String
  /// The variant of a comparison; the router's name where only routers differ.
  private(set) var variant: String
  let seed: UInt64
  /// On the validation part: what choices are made by.
  let evaluation: [EvaluationResult]
  /// On the test part at the same k: what is reported.
  let test: [EvaluationResult]
  /// Forward, for each k of the evaluations.
  let multiplyAddsPerToken: [Double]
  /// The k of the evaluation with the lowest loss on the validation part.
  @OrNull private(set) var bestK: Int?
  /// The k at which the mixtures were looked at, and routers are compared.
  let commonK: Int
  /// The mixtures on the test part, by layer; empty for dense models and where the text is too short to look.
  let mixtures: [MixtureMeasures]
  /// Mean router entropy by layer at the best k, on the test part.
  let entropyNatsPerLayer: [Double]
  /// On the test part at the best k with the memory switched off; nil where nothing is recalled.
  @OrNull private(set) var withoutMemory: EvaluationResult?
  /// On the test part at the best k with memories of other lengths, and of other things; where an experiment asks for it.
  @OrNull private(set) var reach: Reach?
  /// Finetuned on the built-in task; where an experiment asks for it.
  @OrNull private(set) var finetuning: FinetuningMeasures?
  /// On the test part at the common k with other routings of the same experts; empty for models without a learned routing.
  let policies: [PolicyResult]
  /// Which experts work together and for which tokens, on the test part at the common k, by layer.
  let routingTables: [RoutingTable]
  /// What the model writes.
  @OrNull private(set) var sample: TextSample?
  /// The beginning of the test part at the common k; nil in results from before it was kept.
  @OrNull private(set) var reading: TextReading?
  /// What looks on the way saw; those of all sessions.
  let course: [CoursePoint]
  let trainableRoutingParameters: Int
  /// The fixed numbers that decide routing, those of a hypernetwork that layers share once; nil in results from before they were kept.
  @OrNull private(set) var fixedRoutingParameters: Int?
  let parameters: Int
  let tokensPerSecond: Double
  let seconds: Double
  /// The steps that took these seconds: those of the last session, if the run was continued.
  let timedSteps: Int
  let kSchedule: String
  /// The k of the last step; nil for a dense network.
  @OrNull private(set) var lastK: Int?

  /// The evaluation on the test part at the k that the validation part chose.
  var best: EvaluationResult? { measures.best }

  /// The same under another name.
  func named(_ name: String) -> RouterResult {
    var copy = self
    copy.variant = name
    return copy
  }

  /// What claims are judged by.
  var measures: RunMeasures {
    var measures = RunMeasures(variant: variant, seed: seed, validation: evaluation, test: test, mixtures: mixtures)
    measures.reach = reach
    measures.finetuning = finetuning
    return measures
  }

  /// Whether this says of a run all that there is to say: a file can hold anything.
  func isReport(of run: PlannedRun, ks: [Int]) -> Bool {
    variant == run.variant.name && seed == run.seed && evaluation.map(\.k) == ks && test.map(\.k) == ks
      && multiplyAddsPerToken.count == ks.count && commonK == Self.commonK(of: ks)
      && router == run.variant.router.rawValue && bestK == measures.bestK && (reach != nil) == run.measuresReach
      && (finetuning != nil) == run.isFinetuned
      && (evaluation + test).allSatisfy { $0.loss.isFinite && $0.loss >= 0 && $0.loss < 1e6 }
      && mixtures.count == (Self.canLook(at: run.configuration, run.corpus) ? run.configuration.model.layers : 0)
  }

  /// Whether there are mixtures, and the test part is long enough to look at them with.
  private static func canLook(at configuration: RunConfiguration, _ corpus: Corpus) -> Bool {
    let needed = Probe.minimumSymbols(
      rows: probeRows, length: configuration.model.segment, of: configuration.model)
    return configuration.model.router.isSparse && corpus.splits.test.symbols.count >= needed
  }

  /// Places of the test part at which mixtures are looked at.
  private static let probeRows = TrainingObserver.probeRows

  /// The k at which routers are compared: 2, or the next that was evaluated.
  private static func commonK(of ks: [Int]) -> Int { ks.filter { $0 >= 2 }.min() ?? ks[0] }

  /// The k at which a model's mixtures are looked at on the way.
  static func commonK(of model: Configuration) -> Int { min(2, model.experts) }

  private init(
    _ outcome: TrainingSession.Outcome, _ measures: RunMeasures, withoutMemory: EvaluationResult?,
    policies: [PolicyResult], sample: TextSample?, reading: TextReading?, _ configuration: RunConfiguration
  ) {
    let (model, training) = (configuration.model, configuration.training)
    router = model.router.rawValue
    variant = measures.variant
    seed = measures.seed
    evaluation = measures.validation
    test = measures.test
    multiplyAddsPerToken = measures.test.map { model.multiplyAddsPerToken(batch: training.batch, k: $0.k) }
    bestK = measures.bestK
    commonK = Self.commonK(of: measures.test.map(\.k))
    mixtures = measures.mixtures
    entropyNatsPerLayer = measures.best?.entropyPerLayer ?? []
    self.withoutMemory = withoutMemory
    reach = measures.reach
    finetuning = measures.finetuning
    self.policies = policies
    self.sample = sample
    self.reading = reading
    routingTables = measures[commonK]?.tables ?? []
    course = CoursePoint.course(of: outcome.looks)
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

  /// Measures a trained model: chosen by the validation part, reported on the test part.
  ///
  /// - Parameters:
  ///   - outcome: The training.
  ///   - session: Where the model, its text and the console are.
  ///   - variant: What a comparison calls the model; the router's name unless given.
  ///   - ks: Experts for each token.
  ///   - measuresReach: Whether it is evaluated with other memories.
  ///   - isFinetuned: Whether it is finetuned on the built-in task.
  /// - Returns: What there is to report.
  /// - Throws: `TrainingError` if a loss is not finite.
  static func evaluating(
    _ outcome: TrainingSession.Outcome, of session: TrainingSession, variant: String? = nil, ks: [Int],
    measuresReach: Bool = false, isFinetuned: Bool = false
  ) throws -> RouterResult {
    let splits = session.corpus.splits
    func evaluation(on split: Corpus.Split) throws -> Evaluation<Float> {
      try Evaluation(outcome.model, on: split, workers: session.workers)
    }
    let test = try evaluation(on: splits.test)
    let validation = try session.console.results(
      of: evaluation(on: splits.validation), "\(session.label), validation", ks: ks)
    let initial = try session.configuration.initialModel(in: session.directory)
    var measures = RunMeasures(
      variant: variant ?? session.configuration.model.router.rawValue, seed: session.configuration.training.seed,
      validation: validation, test: try session.console.results(of: test, "\(session.label), test", ks: ks),
      mixtures: try mixtures(of: outcome.model, initial, session, k: commonK(of: ks)))
    // What memory is worth can be said where recall symbols are known.
    var withoutMemory: EvaluationResult?
    if let best = measures.best, best.recallBits != nil {
      let label = "\(session.label), without memory"
      withoutMemory = try session.console.results(of: test, label, ks: [best.k], remembers: false).first
    }
    if measuresReach, let k = measures.bestK {
      let lineFeed = (try? session.corpus.vocabulary.encode("\n"))?.first
      measures.reach = try Reach(
        of: outcome.model, on: splits.test, lineFeed: lineFeed, k: k, workers: session.workers)
    }
    if isFinetuned {
      measures.finetuning = try FinetuningMeasures(
        of: outcome.model, session.configuration, ks: ks, workers: session.workers)
    }
    let policies = try policies(of: outcome.model, initial, session, measures[commonK(of: ks)])
    let sample = TextSample(
      of: outcome.model, session.corpus.vocabulary, k: measures.bestK ?? session.configuration.model.experts,
      seed: session.configuration.training.seed)
    let reading = TextReading(
      of: splits.test.symbols, by: outcome.model, session.corpus.vocabulary, k: commonK(of: ks))
    return RouterResult(
      outcome, measures, withoutMemory: withoutMemory, policies: policies, sample: sample, reading: reading,
      session.configuration)
  }

  /// Evaluates the trained experts with other routings, at the k of an evaluation with their own.
  private static func policies(
    of model: LanguageModel<Float>, _ initial: LanguageModel<Float>, _ session: TrainingSession,
    _ learned: EvaluationResult?
  ) throws -> [PolicyResult] {
    guard let learned, model.mixtures.contains(where: { $0.router is any LinearRouter<Float> }) else { return [] }
    return try RoutingPolicy.allCases.map { policy in
      if policy == .learned { return PolicyResult(policy: policy, evaluation: learned) }
      let routed = try Evaluation(
        policy.applied(to: model, initial: initial), on: session.corpus.splits.test, workers: session.workers)
      let label = "\(session.label), \(policy.rawValue) routing"
      return PolicyResult(
        policy: policy, evaluation: try session.console.results(of: routed, label, ks: [learned.k])[0])
    }
  }

  /// Looks at the mixtures with a piece of the test part; there is none where that is too short.
  private static func mixtures(
    of model: LanguageModel<Float>, _ initial: LanguageModel<Float>, _ session: TrainingSession, k: Int
  ) throws -> [MixtureMeasures] {
    let configuration = session.configuration
    guard canLook(at: configuration, session.corpus) else { return [] }
    let probe = try Probe(
      session.corpus.splits.test.symbols, rows: probeRows, length: configuration.model.segment, of: configuration.model)
    return MixtureMeasures.of(
      LanguageModel(converting: model), initial: LanguageModel(converting: initial), probe: probe, k: k
    ).map(\.measures)
  }
}

/// What a routing other than the learned one costs.
struct PolicyResult: Codable {
  let policy: RoutingPolicy
  let evaluation: EvaluationResult
}
