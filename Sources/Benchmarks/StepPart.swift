import Autograd

/// The parts of a training step among which its time is divided.
public enum StepPart: String, CaseIterable, Codable, Sendable {
  /// Projections, scores, sums.
  case attention
  /// The experts' products.
  case experts
  /// Logits of the experts, their softmax, their choice, and the hypernetwork.
  case router
  /// Rows on their way to experts and back.
  case dispatch
  /// Layer normalisation.
  case norms
  /// Embedding, logits and loss.
  case embeddingAndLoss = "embedding_and_loss"
  /// Adding gradients of shards, their norm, and Adam.
  case optimiser
  /// Residual sums, dropout, memory.
  case other

  /// The part that an operation belongs to.
  ///
  /// - Parameter label: The operation, and the first parameter among its inputs.
  public init(_ label: OperationTimes.Label) {
    let weight = label.weight ?? ""
    switch label.operation {
    case "relativeAttention", "relativeAttentionDefinition": self = .attention
    case "groupedAffine": self = .experts
    case "dispatched", "combined": self = .dispatch
    case "select", "softmax": self = .router
    case "layerNorm": self = .norms
    case "gatherRows", "crossEntropy": self = .embeddingAndLoss
    case "optimiser": self = .optimiser
    case "affine":
      if weight.contains(".attention.") {
        self = .attention
      } else if weight.contains(".dense.") {
        self = .experts
      } else if weight.hasPrefix("embedding") {
        self = .embeddingAndLoss
      } else {
        // Weights that are generated or frozen belong to a router.
        self = .router
      }
    default: self = .other
    }
  }

  /// Divides time among the parts.
  ///
  /// - Parameter times: What tapes measured.
  /// - Returns: Fractions that add up to one; zeros if nothing was measured.
  public static func fractions(of times: OperationTimes) -> [StepPart: Double] {
    var seconds = Dictionary(uniqueKeysWithValues: allCases.map { ($0, 0.0) })
    for (label, time) in times.seconds { seconds[StepPart(label)]? += time.forward + time.backward }
    let total = seconds.values.reduce(0, +)
    return seconds.mapValues { total > 0 ? $0 / total : 0 }
  }
}
