import LinearAlgebra
import MixtureOfExperts
import Tensors

extension Claim {
  package static let fixedSubspace = Claim(4, "SMoE-Dropout's routing terms stay in one fixed subspace")
}

/// How far one layer's routing terms turn away, over a trajectory, from where they began: claim 4 in angles.
///
/// Equation [fixed-subspace] in NOTES.md.
package struct RoutingAngles: Sendable {
  // The largest principal angles, over all snapshots, between the routing terms of the step and …
  package let toRows: Double  // … the row differences of step 0
  package let toStart: Double  // … those of step 0
  package let rankAtStart: Int  // The dimension of the routing terms of step 0
  package let rankOfRows: Int  // The dimension of the row differences of step 0, at most N−1
  /// What `toRows` and `toStart` may be for subspaces that are the same: rounding, as far as the numbers themselves can
  /// tell their subspaces.
  package let rounding: Double

  /// Whether the routing terms of step 0 fill the span of the row differences: only then can a later term not leave them.
  package var fillsRows: Bool { rankAtStart == rankOfRows }

  /// Measures one mixture from its snapshots in the order of steps.
  init(_ history: [LayerSnapshot], _ way: Way) {
    let rows = SingularValueDecomposition(of: history[0].rowDifferences)
    let terms = history.map { ($0.termCutoff, SingularValueDecomposition(of: $0.routingTerms(way))) }
    let spaces = terms.map { $1.rowSpace(cutoff: $0) }
    let (rowSpace, start) = (rows.rowSpace(), spaces[0])
    toRows = spaces.map { $0.largestPrincipalAngle(to: rowSpace) }.worst()
    toStart = spaces.map { $0.largestPrincipalAngle(to: start) }.worst()
    rankAtStart = start.dimension
    rankOfRows = rowSpace.dimension
    let angles = terms.map { $1.singularValues.roundingAngle(cutoff: $0) }
    rounding = 2 * ([rows.singularValues.roundingAngle()] + angles).worst()
  }
}

extension Trajectory {
  package func routingAngles(_ layer: Int, _ way: Way = .closedForm) -> RoutingAngles {
    RoutingAngles(history(of: layer), way)
  }

  /// Claim 4: where the routing terms of all tokens at all steps lie; the worst layer's each.
  ///
  /// For SMoE-Dropout a theorem: W_r never moves, so all of them stay in the span of the row differences of step 0, which
  /// has at most N−1 dimensions; and in the span of step 0's own terms, where these fill it. For the other routers the same
  /// numbers are measured beside it. Terms are found by formula, C·W_r, and by the tape.
  package func fixedSubspace() -> [ClaimResult] {
    let (N, d) = (configuration.experts, configuration.modelWidth)
    let angles = Way.exact.map { way in (way: way, layers: layers.map { routingAngles($0, way) }) }
    let all = angles.flatMap(\.layers)
    let rounding = all.map(\.rounding).worst()
    // Where W_r is fixed a theorem, elsewhere a measure; nor is there one if nothing could exceed N−1, if all terms are 0,
    // or if they are so nearly dependent that rounding hides their subspace.
    let terms = history(of: 0).reduce(0) { $0 + $1.routingTerms.count }
    let isTheorem =
      Claim.about([router]).contains(.fixedSubspace) && N - 1 < min(d, terms) && all.allSatisfy { $0.rankAtStart > 0 }
    let isSharp = isTheorem && rounding < 1e-6
    func found(_ value: (RoutingAngles) -> Double) -> [ClaimResult.Finding] {
      angles.map { way, layers in .init(way.rawValue, layers.map(value).worst()) }
    }
    let ranks = Way.exact.map { way in
      ClaimResult.Finding(way.rawValue, layers.map { Double(rankOfRoutingTerms($0, way)) }.worst())
    }
    let effective = layers.map { effectiveRanks($0) }
    let together = effective.map(\.together).worst()
    return [
      ClaimResult(
        .fixedSubspace, "rank of all routing terms", ClaimSetting().with(\.lastStep, 0),
        found: found { Double($0.rankAtStart) }, bound: nil),
      ClaimResult(
        .fixedSubspace, "rank of all routing terms", wholeHistory, found: ranks, bound: isTheorem ? Double(N - 1) : nil),
      ClaimResult(
        .fixedSubspace, "effective rank of all routing terms, each snapshot's of norm 1",
        wholeHistory.with(\.k, comparisonK),
        found: [.init("together", together), .init("one snapshot", effective.map(\.single).worst())], measured: together
      ),
      ClaimResult(
        .fixedSubspace, "largest angle to the rows of step 0", wholeHistory, found: found(\.toRows),
        bound: isSharp ? rounding : nil),
      ClaimResult(
        .fixedSubspace, "largest angle to the terms of step 0", wholeHistory, found: found(\.toStart),
        bound: isSharp && all.allSatisfy(\.fillsRows) ? rounding : nil),
    ]
  }
}

extension DecompositionClaims {
  /// Claim 4: the routing terms of a trained model's tokens beside the rows of the same mixture at step 0.
  ///
  /// The largest part of a term outside the span of step 0's row differences; a theorem where W_r never moves and there is
  /// something outside; nothing where the gate is constant.
  func outsideStart(_ start: LayerSnapshot) -> [ClaimResult] {
    if tokens.isSilent { return [] }
    let space = Subspace(spannedByRowsOf: start.rowDifferences)
    let isFixed = if case .fixed = tokens.router.origin { true } else { false }
    return [
      ClaimResult(
        .fixedSubspace, "part of J₂ᵀu outside the rows' differences of step 0", ClaimSetting(k: tokens.k),
        found: outside((0..<tokens.count).map { _ in space }),
        bound: isFixed && space.dimension < space.ambientDimension ? Comparison.agreement : nil)
    ]
  }
}
