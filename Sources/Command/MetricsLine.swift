import Experiments
import Jacobian

/// One line of metrics.jsonl: what a step did, or what a look at the model on the way saw.
enum MetricsLine: Codable {
  case step(TrainingMetric)
  case evaluation(EvaluationMetric)

  private enum Kind: String, Codable { case step, evaluation }
  private enum CodingKeys: CodingKey { case kind }

  /// Finished steps.
  var step: Int {
    switch self {
    case .step(let metric): metric.step
    case .evaluation(let metric): metric.look.step
    }
  }

  init(from decoder: any Decoder) throws {
    // Lines of runs from before there were looks have no kind.
    let kind = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Kind.self, forKey: .kind)
    switch kind ?? .step {
    case .step: self = .step(try TrainingMetric(from: decoder))
    case .evaluation: self = .evaluation(try EvaluationMetric(from: decoder))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .step(let metric):
      try container.encode(Kind.step, forKey: .kind)
      try metric.encode(to: encoder)
    case .evaluation(let metric):
      try container.encode(Kind.evaluation, forKey: .kind)
      try metric.encode(to: encoder)
    }
  }
}

/// What a look at the model saw, and how long the training had taken.
struct EvaluationMetric: Codable {
  let look: TrainingLook
  /// Of training alone, over all sessions; what a killed session did after its last checkpoint is not counted.
  let seconds: Double
  /// Since the look before.
  let tokensPerSecond: Double

  private enum CodingKeys: CodingKey { case seconds, tokensPerSecond }

  init(look: TrainingLook, seconds: Double, tokensPerSecond: Double) {
    (self.look, self.seconds, self.tokensPerSecond) = (look, seconds, tokensPerSecond)
  }

  init(from decoder: any Decoder) throws {
    look = try TrainingLook(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seconds = try container.decode(Double.self, forKey: .seconds)
    tokensPerSecond = try container.decode(Double.self, forKey: .tokensPerSecond)
  }

  func encode(to encoder: any Encoder) throws {
    try look.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(tokensPerSecond, forKey: .tokensPerSecond)
  }
}
