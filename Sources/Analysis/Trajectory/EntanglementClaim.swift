import MixtureOfExperts
import Tensors

/// Claim 5: ∂L/∂w_j = Σ_t c_j(h_t) h_t, so a plain gradient step moves w_j inside the span of the tokens with c_j ≠ 0.
///
/// Equation [entanglement] in NOTES.md.
public struct EntanglementClaim {
  /// Fewer tokens than d: more would span everything.
  public let flow: GradientFlow

  /// Takes as many of the tokens as leave the statement something to say.
  ///
  /// - Parameters:
  ///   - tokens: The tokens; the first d/2 of them are used.
  ///   - upstream: ∂L/∂y, n×d.
  public init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    let kept = Array(0..<min(tokens.count, max(1, tokens.width / 2)))
    flow = GradientFlow(tokens.keeping(kept), upstream: upstream.gatheringRows(kept.map { Int32($0) }))
  }

  /// The tokens whose c_j can differ from 0: all where softmax comes first, else those that chose j.
  ///
  /// - Parameter expert: j.
  /// - Returns: Numbers of tokens.
  public func scoredTokens(of expert: Int) -> [Int] {
    (0..<flow.tokens.count).filter { flow.tokens.competitors(of: $0).contains(expert) }
  }

  /// The largest part of a row outside the span of its expert's tokens, relative to the largest row.
  ///
  /// - Parameter rows: ∂L/∂W_r, or a movement of W_r, N×d.
  /// - Returns: Rounding, if the claim holds.
  public func outsideTokens(_ rows: Tensor<Double>) -> Double {
    let rows = (0..<flow.tokens.experts).map { rows.sliced(0, $0..<$0 + 1) }
    let outside = rows.enumerated().map { expert, row in
      let tokens = flow.tokens.h.gatheringRows(scoredTokens(of: expert).map { Int32($0) })
      return Subspace(spannedByRowsOf: tokens).removed(from: row.transposed(0, 1)).norm
    }
    return ratio(outside.worst(), rows.map(\.norm).worst())
  }

  /// The part of a random direction that is outside an expert's n tokens: √(1 − n/d), the mean over experts.
  var chance: Double {
    let (N, d) = (flow.tokens.experts, Double(flow.tokens.width))
    let parts = (0..<N).map { max(0, 1 - Double(scoredTokens(of: $0).count) / d).squareRoot() }
    return parts.reduce(0, +) / Double(N)
  }

  /// How W_r moves by one plain gradient step on what the router trains, W_r or e, by a hundredth of its size.
  ///
  /// - Parameter gradients: The gradients of the router's parameters.
  /// - Returns: N×d; nil for a router that trains nothing, or has no gradient.
  public func plainStep(_ gradients: [Tensor<Double>]) -> Tensor<Double>? {
    let router = flow.tokens.layer.router
    guard let parameter = router.parameters.first, let gradient = gradients.first, gradient.norm > 0 else { return nil }
    let value = parameter.value
    defer { parameter.value = value }
    parameter.value.add(gradient, scaledBy: -0.01 * value.norm / gradient.norm)
    return router.weights(on: .evaluating()).W_r.value - flow.tokens.W_r
  }

  /// The claim as results: a theorem for SMoE, a measure for HyperRouter, nothing for SMoE-Dropout and constant gates.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the tokens come from.
  ///   - ways: The gradients of ``flow``.
  /// - Returns: The part of the gradient, and of the movement by a plain gradient step, outside the span of the tokens.
  public func results(router name: String, setting: String, _ ways: GradientFlow.Ways) -> [ClaimResult] {
    guard !flow.tokens.isSilent, let step = plainStep(ways.autodiff) else { return [] }
    let isTheorem = flow.tokens.layer.router is SMoERouter<Double>
    let quantity = "part of a plain step of w_j outside its tokens"
    let outside = ClaimResult.Finding("autodiff", outsideTokens(step))
    guard isTheorem else {
      return [ClaimResult(5, name, quantity, setting, measured: outside.value, of: [outside, .init("random", chance)])]
    }
    let moved = ClaimResult(5, name, quantity, setting, found: [outside], bound: DecompositionClaims.agreement)
    let largest = (0..<flow.tokens.experts).map { ways.autodiff[0].sliced(0, $0..<$0 + 1).norm }.worst()
    let error = ratio(ways.error * Double(flow.tokens.width).squareRoot(), largest)
    return [
      ClaimResult(
        5, name, "part of ∂L/∂w_j outside its tokens", setting,
        found: [
          .init("closed form", outsideTokens(ways.closedForm[0])), .init("autodiff", outsideTokens(ways.autodiff[0])),
          .init("differences", outsideTokens(ways.differences[0]), resolution: error),
        ], bound: DecompositionClaims.agreement),
      moved,
    ]
  }
}
