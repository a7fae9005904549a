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

  init(step: Int, loss: Double, gradientNorm: Double, learningRate: Double, k: Int) {
    self.step = step
    self.loss = loss
    bitsPerSymbol = loss / M_LN2
    self.gradientNorm = gradientNorm
    self.learningRate = learningRate
    self.k = k
  }
}
