import Autograd
import Dispatch
import Synchronization

/// The parts of a training step among which its time is divided.
public enum StepPart: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  /// Projections, scores, sums.
  case attention
  /// The experts' products, or those of the dense network in their place.
  case experts
  /// Logits of the experts, their softmax, their choice, the hypernetwork, and what is added to the loss.
  case router
  /// Rows on their way to experts and back.
  case dispatch
  /// Normalisation.
  case norms
  /// Embedding, logits and loss.
  case embeddingAndLoss = "embedding_and_loss"
  /// Adding gradients of shards, their norm, and Adam.
  case optimiser
  /// Residual sums, dropout between layers, memory.
  case other

  /// Says of every operation on a model's tape which part it is.
  ///
  /// Most are known by their names, and products by those of their weights: only a router's are generated or frozen, and so
  /// have none. The rest is told by its place. A feed-forward sublayer begins where what was normalised becomes a matrix of
  /// tokens, and ends where its result becomes a batch again; what is neither experts nor dispatch in between is the router's.
  static func parts(of operations: [OperationTimes.Operation]) -> [StepPart] {
    var parts: [StepPart] = []
    var previous: Substring = ""
    var isFeedForward = false
    for operation in operations {
      let name = operation.name.prefix { $0 != "(" }
      let weight = operation.parameters.first ?? ""
      let part: StepPart
      switch name {
      case "projected", "relativeAttention": part = .attention
      case "affine" where weight.contains(".attention."): part = .attention
      case "groupedAffine": part = .experts
      case "affine" where weight.contains(".dense."): part = .experts
      case "dropout": part = parts.last == .experts ? .experts : .other
      case "affine" where weight.isEmpty || weight.contains(".router."): part = .router
      case "dispatched", "combined": part = .dispatch
      case "gatherRows" where weight.hasPrefix("embedding."): part = .embeddingAndLoss
      case "*" where previous == "gatherRows" && parts.last == .embeddingAndLoss: part = .embeddingAndLoss
      case "affine" where weight.hasPrefix("embedding."): (part, isFeedForward) = (.embeddingAndLoss, false)
      case "crossEntropy": part = .embeddingAndLoss
      case _ where name.hasSuffix("Norm"): part = .norms
      case "reshaped" where previous.hasSuffix("Norm"): (part, isFeedForward) = (.other, true)
      case "reshaped" where operation.shape.rank == 3: (part, isFeedForward) = (.other, false)
      default: part = isFeedForward ? .router : .other
      }
      parts.append(part)
      previous = name
    }
    return parts
  }
}

/// How long each part of training steps took, summed over steps, shards and threads.
///
/// Measured are the operations on every shard's tape, forward and backward, and as the optimiser's what a step does when the
/// last tape has ended. What a step does before it makes tapes (cutting text into shards) is not measured.
final class StepParts: Sendable {
  private let state = Mutex<(seconds: [StepPart: Double], end: UInt64)>(([:], 0))

  /// The seconds so far; parts in which nothing was done are absent.
  var seconds: [StepPart: Double] { state.withLock { $0.seconds } }

  /// Every part's share, fractions that add up to one; zeros if nothing was measured.
  var fractions: [StepPart: Double] {
    let seconds = seconds
    let total = seconds.values.reduce(0, +)
    return Dictionary(
      uniqueKeysWithValues: StepPart.allCases.map { ($0, total > 0 ? seconds[$0, default: 0] / total : 0) })
  }

  /// Measures a step, which is given what is to be told of every tape.
  func measure(_ step: (_ report: @escaping @Sendable (OperationTimes) -> Void) throws -> Void) rethrows {
    try step { times in
      let parts = StepPart.parts(of: times.operations)
      self.state.withLock { state in
        for (part, operation) in zip(parts, times.operations) {
          state.seconds[part, default: 0] += operation.forward + operation.backward
        }
        state.end = max(state.end, times.end)
      }
    }
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { $0.seconds[.optimiser, default: 0] += Double(now - $0.end) * 1e-9 }
  }
}
