/// The parts of a training step among which its time is divided.
///
/// A layer says which part it is with ``Tape/timed(as:_:)``.
public enum StepPart: String, CaseIterable, Codable, Sendable {
  /// Projections, scores, sums.
  case attention
  /// The experts' products, or those of the dense network in their place.
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
  /// What no layer claims: residual sums, dropout between layers, memory.
  case other
}
