import Foundation

/// What one step did: a line of metrics.jsonl.
struct TrainingMetric: Codable {
  let step: Int
  /// The batch's mean loss before the update, in nats a symbol.
  let loss: Double
  let bitsPerSymbol: Double
  let gradientNorm: Double
  let learningRate: Double
  let k: Int

  enum CodingKeys: String, CodingKey {
    case step, loss, k
    case bitsPerSymbol = "bits_per_symbol"
    case gradientNorm = "gradient_norm"
    case learningRate = "learning_rate"
  }

  init(step: Int, loss: Double, gradientNorm: Double, learningRate: Double, k: Int) {
    self.step = step
    self.loss = loss
    bitsPerSymbol = loss / M_LN2
    self.gradientNorm = gradientNorm
    self.learningRate = learningRate
    self.k = k
  }

  /// Bits are computed again: lines of older runs have them under another name.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      step: try container.decode(Int.self, forKey: .step), loss: try container.decode(Double.self, forKey: .loss),
      gradientNorm: try container.decode(Double.self, forKey: .gradientNorm),
      learningRate: try container.decode(Double.self, forKey: .learningRate),
      k: try container.decode(Int.self, forKey: .k))
  }
}
