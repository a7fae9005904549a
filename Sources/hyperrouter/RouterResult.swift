import Training
import TransformerXL

/// What `compare` and `train` report of one trained model.
struct RouterResult: Codable {
  let router: String
  let evaluation: [EvaluationResult]
  /// Mean router entropy by layer at the best k.
  let entropyPerLayer: [Double]
  /// At the best k with the memory switched off; built-in corpus only.
  let withoutMemory: EvaluationResult?
  let trainableRoutingParameters: Int
  let parameters: Int
  let tokensPerSecond: Double
  let seconds: Double
  let kSchedule: String

  enum CodingKeys: String, CodingKey {
    case router, evaluation, parameters, seconds
    case entropyPerLayer = "entropy_nats_per_layer"
    case withoutMemory = "without_memory"
    case trainableRoutingParameters = "trainable_routing_parameters"
    case tokensPerSecond = "tokens_per_second"
    case kSchedule = "k_schedule"
  }

  /// The evaluation with the lowest loss.
  var best: EvaluationResult? { evaluation.min { $0.loss < $1.loss } }

  /// Puts a result together.
  ///
  /// - Parameters:
  ///   - outcome: The training.
  ///   - evaluations: The evaluations at every k.
  ///   - configuration: The run.
  ///   - evaluation: Reads the same text again, to see what memory was worth.
  init(
    _ outcome: TrainingSession.Outcome, _ evaluations: [EvaluationResult], _ configuration: RunConfiguration,
    evaluation: Evaluation<Float>
  ) {
    let best = evaluations.min { $0.loss < $1.loss }
    router = configuration.model.router.rawValue
    self.evaluation = evaluations
    entropyPerLayer = best?.entropyPerLayer ?? []
    withoutMemory = best.flatMap { $0.recallBits == nil ? nil : evaluation(k: $0.k, remembers: false) }
    trainableRoutingParameters = outcome.model.trainableRoutingCount
    parameters = outcome.model.trainableCount
    tokensPerSecond = outcome.tokensPerSecond
    seconds = outcome.seconds
    kSchedule = configuration.model.router.isSparse ? configuration.training.kSchedule.description : "dense"
  }
}
