import LinearAlgebra
import MixtureOfExperts
import Tensors

extension Claim {
  package static let entanglement = Claim(5, "SMoE's rows move along the tokens that they score")
}

/// Claim 5: ∂L/∂w_j = Σ_t c_j(h_t) h_t, so SMoE's plain gradient step moves w_j by a combination of the tokens with c_j ≠ 0.
///
/// The step lies in their span, w_j itself need not. With more tokens than d the span is everything and nothing is said.
///
/// Equation [entanglement] in NOTES.md.
package struct EntanglementClaim {
  package let flow: GradientFlow  // Fewer tokens than d: more would span everything

  /// Takes the first d/2 of the tokens, which leave the statement something to say; u = ∂L/∂y, n×d.
  package init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    let kept = Array(0..<min(tokens.count, max(1, tokens.width / 2)))
    flow = GradientFlow(tokens.keeping(kept), upstream: upstream.rows(kept))
  }

  /// The tokens whose c_j can differ from 0: all where softmax comes first, else those that chose j.
  package func scoredTokens(of expert: Int) -> [Int] {
    (0..<flow.tokens.count).filter { flow.tokens.competitors(of: $0).contains(expert) }
  }

  /// The largest part of a row of ∂L/∂W_r, N×d, outside the span of its expert's tokens, relative to the row: rounding, if
  /// the claim holds.
  package func outsideTokens(_ way: String, _ rows: Tensor<Double>, error: Double = 0) -> ClaimResult.Finding {
    let tokens = flow.tokens
    let comparison = Comparison(terms: tokens.count * tokens.k * tokens.experts + tokens.width)
    let sizes = tokens.coefficientSizes(flow.upstream).enumerated().map { $1 * tokens.h.row($0).norm }
    let findings = (0..<tokens.experts).map { expert in
      let row = rows.row(expert)
      let scored = scoredTokens(of: expert)
      let span = Subspace(spannedByRowsOf: tokens.h.rows(scored))
      return comparison.part(
        way, span.removed(from: row.transposed(0, 1)).norm, of: row.norm,
        cancelled: scored.reduce(0) { $0 + sizes[$1] }, error: error * Double(tokens.width).squareRoot())
    }
    return .worst(of: findings, way, bound: Comparison.agreement)
  }

  /// Where each row moves, for SMoE; how it moves beside SMoE's, for generated routers; nothing for fixed routers and for
  /// gates that are constant.
  package func results(_ setting: ClaimSetting, _ ways: ThreeWays<[Tensor<Double>]>) -> [ClaimResult] {
    if flow.tokens.isSilent { return [] }
    switch flow.tokens.router.origin {
    case .fixed: return []
    case .generated, .generatedByRow: return GeneratedStep(flow)?.results(setting, ways) ?? []
    case .trained:
      let findings = ways.all.map { way, gradients, errors in
        guard let gradient = gradients.first, let error = errors.first else {
          return ClaimResult.Finding(way.rawValue, .nan)
        }
        return outsideTokens(way.rawValue, gradient, error: error)
      }
      return [
        ClaimResult(
          .entanglement, "part of ∂L/∂w_j outside its tokens", setting, found: findings, bound: Comparison.agreement)
      ]
    }
  }
}

extension Trajectory {
  /// Claim 5, measured for every router: whether rows move towards the tokens that choose them.
  ///
  /// Alignment before and after, movement, and its direction unless no row moved; means over layers, the cosines beside
  /// their chance baselines.
  package func drift() -> [ClaimResult] {
    let (first, last) = (self.first.layers, self.last.layers)
    let layers = Array(paired(first, last))
    func levels(_ values: [(String, [Double])]) -> [ClaimResult.Level] {
      values.filter { !$0.1.isEmpty }.map { .init($0, $1.mean) }
    }
    let setting = steps.with(\.k, comparisonK)
    let alignments = [first, last].map { $0.compactMap(\.alignment) }
    let drifts = layers.compactMap { $1.drift(since: $0) }
    let drift = ClaimResult(
      .entanglement, "cosine of rows' movement with their tokens", setting, found: [.init("cosine", drifts.mean)],
      measured: drifts.mean,
      levels: levels([("chance baseline", layers.compactMap { $1.driftLevel(since: $0) })]))
    let alignment = ClaimResult(
      .entanglement, "alignment of rows with their tokens", setting,
      found: [.init("step 0", alignments[0].mean), .init("step \(self.last.step)", alignments[1].mean)],
      measured: alignments[1].mean,
      levels: levels([
        ("chance baseline at 0", first.compactMap(\.alignmentLevel)),
        ("at \(self.last.step)", last.compactMap(\.alignmentLevel)),
      ]))
    let movement = ClaimResult(
      .entanglement, "relative movement of W_r", setting, measured: layers.map { $1.displacement(since: $0) }.mean)
    return (alignments.contains { $0.isEmpty } ? [] : [alignment]) + [movement] + (drifts.isEmpty ? [] : [drift])
  }
}
