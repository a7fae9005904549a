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

  /// The largest part of a row of ∂L/∂W_r outside the span of its tokens, relative to the largest row.
  ///
  /// - Parameter gradient: ∂L/∂W_r, N×d.
  /// - Returns: Rounding, if the claim holds.
  public func outsideTokens(_ gradient: Tensor<Double>) -> Double {
    let rows = (0..<flow.tokens.experts).map { gradient.sliced(0, $0..<$0 + 1) }
    let largest = rows.map { $0.sumOfSquares() }.max() ?? 0
    let outside = rows.enumerated().map { expert, row in
      let tokens = flow.tokens.h.gatheringRows(scoredTokens(of: expert).map { Int32($0) })
      return Subspace(spannedByRowsOf: tokens).removed(from: row.transposed(0, 1)).sumOfSquares()
    }
    return largest == 0 ? 0 : ((outside.max() ?? 0) / largest).squareRoot()
  }

  /// The claim as results; none for routers whose rows are not trained themselves.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the tokens come from.
  ///   - ways: The gradients of ``flow``.
  /// - Returns: The part of the gradient, and so of a plain gradient step, outside the span of the tokens.
  public func results(router name: String, setting: String, _ ways: GradientFlow.Ways) -> [ClaimResult] {
    guard flow.tokens.layer.router is SMoERouter<Double> else { return [] }
    return [
      ClaimResult(
        5, name, "part of ∂L/∂w_j outside its tokens", setting,
        found: [
          .init("closed form", outsideTokens(ways.closedForm[0])), .init("autodiff", outsideTokens(ways.autodiff[0])),
          .init("differences", outsideTokens(ways.differences[0])),
        ], bound: DecompositionClaims.agreement)
    ]
  }
}
