import Training
import TransformerXL

/// What `compare` and `train` report of one trained model.
struct RouterResult: Codable {
  let router: String
  let evaluation: [EvaluationResult]
  /// The k of the evaluation with the lowest loss.
  let bestK: Int?
  /// Mean router entropy by layer at the best k.
  let entropyPerLayer: [Double]
  /// At the best k with the memory switched off; built-in corpus only.
  let withoutMemory: EvaluationResult?
  let trainableRoutingParameters: Int
  let parameters: Int
  let tokensPerSecond: Double
  let seconds: Double
  /// The steps that took these seconds: those of the last session, if the run was continued.
  let timedSteps: Int
  let kSchedule: String

  enum CodingKeys: String, CodingKey {
    case router, evaluation, parameters, seconds
    case entropyPerLayer = "entropy_nats_per_layer"
    case withoutMemory = "without_memory"
    case bestK = "best_k"
    case timedSteps = "timed_steps"
    case trainableRoutingParameters = "trainable_routing_parameters"
    case tokensPerSecond = "tokens_per_second"
    case kSchedule = "k_schedule"
  }

  /// The evaluation with the lowest loss.
  var best: EvaluationResult? { evaluation.best }

  /// Puts a result together.
  ///
  /// - Parameters:
  ///   - outcome: The training.
  ///   - evaluations: The evaluations at every k.
  ///   - withoutMemory: The evaluation at the best k with the memory switched off.
  ///   - configuration: The run.
  private init(
    _ outcome: TrainingSession.Outcome, _ evaluations: [EvaluationResult], withoutMemory: EvaluationResult?,
    _ configuration: RunConfiguration
  ) {
    router = configuration.model.router.rawValue
    self.evaluation = evaluations
    bestK = evaluations.best?.k
    entropyPerLayer = evaluations.best?.entropyPerLayer ?? []
    self.withoutMemory = withoutMemory
    trainableRoutingParameters = outcome.model.trainableRoutingCount
    parameters = outcome.model.trainableCount
    tokensPerSecond = outcome.tokensPerSecond
    seconds = outcome.seconds
    timedSteps = outcome.timedSteps
    kSchedule = configuration.model.router.isSparse ? configuration.training.kSchedule.description : "dense"
  }
  /// Evaluates a trained model on the validation part.
  ///
  /// - Parameters:
  ///   - outcome: The training.
  ///   - session: Where the model, its text and the console are.
  ///   - ks: Experts for each token.
  /// - Returns: What there is to report.
  /// - Throws: `TrainingError` if a loss is not finite.
  static func evaluating(
    _ outcome: TrainingSession.Outcome, of session: TrainingSession, ks: [Int]
  ) throws -> RouterResult {
    let validation = session.corpus.splits.validation
    let evaluation = try Evaluation(
      outcome.model, on: validation, tokens: session.corpus.vocabulary.tokenization, workers: session.workers)
    let evaluations = try session.console.results(of: evaluation, session.label, ks: ks)
    // What memory is worth can be said where recall symbols are known.
    var withoutMemory: EvaluationResult?
    if let best = evaluations.best, best.recallBits != nil {
      let label = "\(session.label), without memory"
      withoutMemory = try session.console.results(of: evaluation, label, ks: [best.k], remembers: false).first
    }
    return RouterResult(outcome, evaluations, withoutMemory: withoutMemory, session.configuration)
  }
}

extension [EvaluationResult] {
  /// The evaluation with the lowest loss.
  fileprivate var best: EvaluationResult? { self.min { $0.loss < $1.loss } }
}
