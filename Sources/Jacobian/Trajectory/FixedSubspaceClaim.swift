import LinearAlgebra
import MixtureOfExperts
import Tensors

extension DecompositionClaims {
  /// Claim 4: the routing terms of a trained model's tokens beside the rows of step 0.
  ///
  /// - Parameters:
  ///   - start: The same mixture at step 0.
  ///   - name: What results call the router.
  ///   - setting: Which k.
  /// - Returns: The largest part of a term outside the span of step 0's row differences; a theorem where W_r never moves and
  ///   there is something outside; nothing where the gate is constant.
  func outsideStart(_ start: LayerSnapshot, router name: String, setting: ClaimSetting) -> [ClaimResult] {
    if tokens.isSilent { return [] }
    let space = Subspace(spannedByRowsOf: start.rowDifferences)
    let isTheorem: Bool
    switch tokens.router.origin {
    case .fixed: isTheorem = space.dimension < space.ambientDimension
    case .trained, .generated, .generatedByRow: isTheorem = false
    }
    return [
      ClaimResult(
        4, name, "part of J₂ᵀu outside the rows' differences of step 0", setting,
        found: outside((0..<tokens.count).map { _ in space }), bound: isTheorem ? Self.agreement : nil)
    ]
  }
}

extension Trajectory {
  /// Claim 4: where the routing terms of all tokens at all steps lie.
  ///
  /// For SMoE-Dropout a theorem: W_r never moves, so all of them stay in the span of the row differences of step 0, which
  /// has at most N−1 dimensions; and in the span of step 0's own terms, where these fill it. For the other routers the same
  /// numbers are measured beside it. Terms are found by formula, C·W_r, and by the tape.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The rank of all routing terms together, and the largest principal angles; the worst layer's each.
  public func fixedSubspace(router name: String) -> [ClaimResult] {
    let (N, d) = (configuration.experts, configuration.modelWidth)
    let angles = RoutingTerms.allCases.map { way in (way: way, layers: layers.map { routingAngles($0, way) }) }
    let all = angles.flatMap(\.layers)
    let rounding = all.map(\.rounding).worst()
    // Where W_r is fixed a theorem, elsewhere a measure; nor is there one if nothing could exceed N−1, if all terms are 0,
    // or if they are so nearly dependent that rounding hides their subspace.
    let terms = course(of: 0).reduce(0) { $0 + $1.routingTerms.count }
    let isTheorem =
      router.provableClaims.contains(4) && N - 1 < min(d, terms) && all.allSatisfy { $0.rankAtStart > 0 }
    let isSharp = isTheorem && rounding < 1e-6
    func found(_ value: (RoutingAngles) -> Double) -> [ClaimResult.Finding] {
      angles.map { way, layers in .init(way.rawValue, layers.map(value).worst()) }
    }
    let ranks = RoutingTerms.allCases.map { way in
      ClaimResult.Finding(way.rawValue, layers.map { Double(rankOfRoutingTerms($0, way)) }.worst())
    }
    let effective = layers.map { effectiveRanks($0) }
    return [
      ClaimResult(
        4, name, "rank of all routing terms", ClaimSetting().with(\.lastStep, 0),
        found: found { Double($0.rankAtStart) },
        bound: nil),
      ClaimResult(
        4, name, "rank of all routing terms", looks, found: ranks, bound: isTheorem ? Double(N - 1) : nil),
      ClaimResult(
        4, name, "effective rank of all routing terms, each look's of norm 1", looks.with(\.k, comparisonK),
        measured: effective.map(\.together).worst(),
        of: [.init("together", effective.map(\.together).worst()), .init("one look", effective.map(\.single).worst())]),
      ClaimResult(
        4, name, "largest angle to the rows of step 0", looks, found: found(\.toRows),
        bound: isSharp ? rounding : nil),
      ClaimResult(
        4, name, "largest angle to the terms of step 0", looks, found: found(\.toStart),
        bound: isSharp && all.allSatisfy(\.fillsRows) ? rounding : nil),
    ]
  }
}
