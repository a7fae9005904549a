import Foundation

/// One line of metrics.jsonl.
struct TrainingMetric: Codable {
  let step: Int
  let loss: Double
  let gradientNorm: Double
  let learningRate: Double
  let k: Int
  /// Whether symbols are words: bits are named by what they are paid for.
  let isOfWords: Bool

  enum CodingKeys: String, CodingKey {
    case step, loss, k
    case bitsPerCharacter = "bits_per_character"
    case bitsPerWord = "bits_per_word"
    case gradientNorm = "gradient_norm"
    case learningRate = "learning_rate"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(loss, forKey: .loss)
    try container.encode(loss / M_LN2, forKey: isOfWords ? .bitsPerWord : .bitsPerCharacter)
    try container.encode(gradientNorm, forKey: .gradientNorm)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(k, forKey: .k)
  }
}

extension TrainingMetric {
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    step = try container.decode(Int.self, forKey: .step)
    loss = try container.decode(Double.self, forKey: .loss)
    gradientNorm = try container.decode(Double.self, forKey: .gradientNorm)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    k = try container.decode(Int.self, forKey: .k)
    isOfWords = container.contains(.bitsPerWord)
  }
}
