import Tensors

/// What a mixture-of-experts layer decided for the tokens of one call.
///
/// Equation [entropy] in NOTES.md.
public struct RoutingRecord<Scalar: Real>: Sendable {
  /// W_r h + b_r, n×N.
  public let logits: Tensor<Scalar>
  /// 𝒯(h), the chosen experts, token after token: row-major n×k where all have k, which is so in every evaluation.
  public let selection: [Int32]

  /// s = softmax(W_r h + b_r), n×N: the router distribution, whatever the gate order.
  public var probabilities: Tensor<Scalar> { logits.softmax() }

  /// The entropy −Σ_j s_j ln s_j of every token's router distribution, in nats; n numbers.
  public var entropies: [Double] { logits.softmaxEntropies() }
}
