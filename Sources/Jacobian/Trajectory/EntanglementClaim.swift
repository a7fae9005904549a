import LinearAlgebra
import MixtureOfExperts
import Tensors

/// Claim 5: ∂L/∂w_j = Σ_t c_j(h_t) h_t, so SMoE's plain gradient step moves w_j by a combination of the tokens with c_j ≠ 0.
///
/// The step lies in their span, w_j itself need not. With more tokens than d the span is everything and nothing is said.
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

  /// The largest part of a row outside the span of its expert's tokens, relative to the row.
  ///
  /// - Parameters:
  ///   - way: What the finding is called.
  ///   - rows: ∂L/∂W_r, N×d.
  ///   - error: The error of an entry, by the way's own estimate.
  /// - Returns: Rounding, if the claim holds.
  public func outsideTokens(_ way: String, _ rows: Tensor<Double>, error: Double = 0) -> ClaimResult.Finding {
    let tokens = flow.tokens
    let comparison = Comparison(
      bound: DecompositionClaims.agreement, terms: tokens.count * tokens.k * tokens.experts + tokens.width)
    let sizes = paired(tokens.coefficientSizes(flow.upstream), Array(0..<tokens.count)).map { size, token in
      size * tokens.h.sliced(0, token..<token + 1).norm
    }
    let findings = (0..<tokens.experts).map { expert in
      let row = rows.sliced(0, expert..<expert + 1)
      let scored = scoredTokens(of: expert)
      let span = Subspace(spannedByRowsOf: tokens.h.gatheringRows(scored.map { Int32($0) }))
      return comparison.part(
        way, span.removed(from: row.transposed(0, 1)).norm, of: row.norm,
        cancelled: scored.reduce(0) { $0 + sizes[$1] }, error: error * Double(tokens.width).squareRoot())
    }
    return .worst(of: findings, way, bound: DecompositionClaims.agreement)
  }

  /// The claim as results: where each row moves, for SMoE; how it moves beside SMoE's, for generated routers.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the tokens come from.
  ///   - ways: The gradients of ``flow``.
  /// - Returns: Theorems; nothing for fixed routers and for gates that are constant.
  public func results(router name: String, setting: ClaimSetting, _ ways: GradientFlow.Ways) -> [ClaimResult] {
    if flow.tokens.isSilent { return [] }
    switch flow.tokens.router.origin {
    case .fixed: return []
    case .generated, .generatedByRow:
      return GeneratedStep(flow)?.results(router: name, setting: setting, ways) ?? []
    case .trained:
      return [
        ClaimResult(
          5, name, "part of ∂L/∂w_j outside its tokens", setting,
          found: ways.named.map { name, gradients, errors in
            guard let gradient = gradients.first, let error = errors.first else { return .init(name, .nan) }
            return outsideTokens(name, gradient, error: error)
          },
          bound: DecompositionClaims.agreement)
      ]
    }
  }
}
