import Autograd
import Foundation
import LinearAlgebra
import MixtureOfExperts
import RunFiles
import Tensors

/// What one trained mixture does with text that it has not seen: measures of the paper's argument, each beside its chance baseline.
package struct MixtureMeasures: Codable, Described, Equatable, Sendable {
  package static let words = """
    mixture: what one mixture does with held-out text
    expert_similarity: mean cosine of two experts' outputs for one token
    unpaired_expert_similarity: the same for different tokens: its chance baseline
    output_effective_rank: of the layer's outputs; at most d
    routing_share: |J₂ᵀu| / |J₁ᵀu|
    variance_share: share of the tokens' variance in the span of W_r's row differences
    variance_share_chance_baseline: (N−1)/d
    displacement: |W_r − W_r(0)| / |W_r(0)|
    embedding_displacement: |e − e(0)| / |e(0)|; null without e
    margin: last chosen logit less first one not chosen; null for k = N
    margin_chance_baseline: the same for independent normal logits of the same spread
    top_margin: largest logit less the second, over the logits' standard deviation
    """

  package let expertSimilarity: Double  // The mean cosine of the outputs of two experts for the same token
  package let unpairedExpertSimilarity: Double  // For different tokens: what experts have in common whatever they see
  package let outputEffectiveRank: Double  // The effective rank of the layer's outputs, of d at most
  /// |J₂ᵀu| / |J₁ᵀu| over all tokens, u = ∂L/∂y: how much of the gradient passes through the gates.
  ///
  /// nil where nothing passes through the experts.
  @OrNull package private(set) var routingShare: Double?
  /// The share of the tokens' variance inside the span of W_r's row differences; nil for routers without rows.
  @OrNull package private(set) var varianceShare: Double?
  package let varianceShareChanceBaseline: Double  // What a span of random directions would see: (N−1)/d, at most 1
  /// |W_r − W_r(0)| / |W_r(0)|: how far training moved the rows; nil for routers without rows.
  @OrNull package private(set) var displacement: Double?
  /// |e − e(0)| / |e(0)|; nil for routers without e.
  @OrNull package private(set) var embeddingDisplacement: Double?
  /// The logit of the last chosen expert less that of the first one not chosen, mean over tokens; nil for k = N.
  @OrNull package private(set) var margin: Double?
  @OrNull package private(set) var marginChanceBaseline: Double?  // For independent normal logits of the same spread
  /// The largest logit less the second, over the standard deviation of a token's logits; the mean over tokens.
  ///
  /// nil for one expert, and where logits do not differ.
  @OrNull package private(set) var topMargin: Double?

  /// Measures all mixtures of a trained model, first layer first, beside the same model before training; none if dense.
  ///
  /// k is the one at which models are compared. With each value stands every token's first expert.
  package static func of(
    _ model: LanguageModel<Double>, initial: LanguageModel<Double>, probe: Probe, k: Int
  ) -> [(measures: MixtureMeasures, firstChoices: [Int])] {
    paired(probe.observed(by: model, k: k), initial.mixtures).map { seen, initial in
      let logits = seen.layer.router.logits(Tape.evaluating().constant(seen.h))
      let chosen = seen.layer.router.gates(logits, order: seen.layer.gate, k: k, random: nil).selection
      return (
        MixtureMeasures(seen, logits: logits.value, initial: initial, k: k),
        stride(from: 0, to: chosen.count, by: k).map { Int(chosen[$0]) }
      )
    }
  }

  private init(_ seen: Probe.Observed, logits: Tensor<Double>, initial: MoELayer<Double>, k: Int) {
    let (layer, h) = (seen.layer, seen.h)
    let between = RoutingMargin(of: logits, k: k)
    margin = between?.mean
    marginChanceBaseline = between?.chanceBaseline
    topMargin = RoutingMargin(of: logits, k: 1)?.relative
    let E = layer.experts.ofAllTokens(h)
    let (experts, width) = (E.shape[0], E.shape[2])
    expertSimilarity = meanExpertSimilarity(E)
    unpairedExpertSimilarity = meanUnpairedExpertSimilarity(E)
    outputEffectiveRank = SingularValues(of: seen.output).effectiveRank
    let terms = layer.pulledBack(seen.upstream, to: h, k: k)
    routingShare = terms.throughExperts.norm > 0 ? terms.throughGates.norm / terms.throughExperts.norm : nil
    varianceShareChanceBaseline = min(1, Double(experts - 1) / Double(width))
    guard let router = layer.router as? any LinearRouter<Double>, experts > 1 else {
      varianceShare = nil
      displacement = nil
      embeddingDisplacement = nil
      return
    }
    let W_r = router.weights(on: .evaluating()).W_r.value
    let centred = h - h.mean(axis: 0).reshaped([1, width])
    let inside = centred.matrixProduct(Subspace(spannedByRowsOf: W_r.rowDifferences).basis)
    varianceShare = centred.sumOfSquares() > 0 ? inside.sumOfSquares() / centred.sumOfSquares() : nil
    let start = initial.router as? any LinearRouter<Double>
    displacement = start.map { W_r.displacement(since: $0.weights(on: .evaluating()).W_r.value) }
    if let e = router.origin.embedding, let before = start?.origin.embedding {
      embeddingDisplacement = e.value.displacement(since: before.value)
    } else {
      embeddingDisplacement = nil
    }
  }
}

/// How far tokens are from another choice: the logit of the last chosen expert less that of the first one not chosen.
///
/// The chance baseline is what N independent normal logits of the same spread would leave between them:
///
///     E[x_(k) − x_(k+1)] = σ C(N, k) ∫ Φ(x)^(N−k) (1 − Φ(x))^k dx        σ² the mean variance of a token's logits
package struct RoutingMargin {
  package let mean: Double  // Over tokens
  package let chanceBaseline: Double  // For logits that know nothing
  package let spread: Double  // σ
  /// In σ, the same whatever the scale of logits; nil where they do not differ.
  package var relative: Double? { spread > 0 ? mean / spread : nil }

  /// Measures logits, n×N, n at least 1; nil for k = N, where every expert is chosen.
  package init?(of logits: Tensor<Double>, k: Int) {
    let (n, N) = (logits.shape[0], logits.shape[1])
    guard k < N, n > 0 else { return nil }
    var (gaps, variances) = (0.0, 0.0)
    for token in 0..<n {
      let own = logits.scalars[token * N..<(token + 1) * N].sorted(by: >)
      let mean = own.mean
      gaps += own[k - 1] - own[k]
      variances += own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(N - 1)
    }
    mean = gaps / Double(n)
    spread = (variances / Double(n)).squareRoot()
    chanceBaseline = spread * Self.spacing(of: N, after: k)
  }

  /// The expected difference of the k-th and the next largest of N standard normal numbers.
  static func spacing(of N: Int, after k: Int) -> Double {
    let logOfChoices = lgamma(Double(N + 1)) - lgamma(Double(k + 1)) - lgamma(Double(N - k + 1))
    // The trapezoidal rule is exact to rounding for an integrand that is smooth and vanishes at both ends.
    let (step, end) = (1.0 / 64, 10.0)
    return stride(from: -end, through: end, by: step).reduce(0) { sum, x in
      let below = erfc(-x / 2.0.squareRoot()) / 2
      let above = erfc(x / 2.0.squareRoot()) / 2
      return sum + step * exp(logOfChoices + Double(N - k) * log(below) + Double(k) * log(above))
    }
  }
}
