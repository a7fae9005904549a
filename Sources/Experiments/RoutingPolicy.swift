import Tensors
import MixtureOfExperts

/// How tokens are sent to the experts of a trained model, to see what its own routing is worth: all else stays as it was trained.
///
/// All but ``initial`` give experts gate weights g of the same values as the trained router does; only who gets them differs.
package enum RoutingPolicy: String, CaseIterable, Codable, Sendable {
  /// By the trained router.
  case learned
  /// Every token is routed as another token of the same call: each expert has as many tokens as with the trained router.
  case permuted
  /// By the router as it was before training.
  case initial
  /// Every token's logits are dealt out to the experts anew: each expert has as many tokens as any other.
  case uniform

  /// The model with its mixtures routed in this way.
  package func applied<Scalar: Real>(
    to model: LanguageModel<Scalar>, initial: LanguageModel<Scalar>
  ) -> LanguageModel<Scalar> {
    if self == .learned { return model }
    let before = initial.feedForwardSublayers
    return model.replacingFeedForwardSublayers { number, half in
      guard let layer = half as? MoELayer<Scalar>, let start = before[number] as? MoELayer<Scalar> else { return half }
      let router: any Router<Scalar> =
        switch self {
        case .learned: layer.router
        case .permuted: PermutedRouter(layer.router, "layers.\(number)", .amongTokens)
        case .initial: start.router
        case .uniform: PermutedRouter(layer.router, "layers.\(number)", .amongExperts)
        }
      return MoELayer(router: router, gate: layer.gate, experts: layer.experts)
    }
  }
}
