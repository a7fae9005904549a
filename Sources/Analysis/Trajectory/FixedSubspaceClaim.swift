import Tensors
import TransformerXL

extension Trajectory {
  /// Claim 4: where the routing terms of all tokens at all steps lie.
  ///
  /// For SMoE-Dropout a theorem: W_r never moves, so all of them stay in the span of the row differences of step 0, which
  /// has N−1 dimensions; and in the span of step 0's own terms, where these fill it. For the other routers the same numbers
  /// are measured beside it.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The rank of all routing terms together, and the largest principal angles; the worst layer's each.
  public func fixedSubspace(router name: String) -> [ClaimResult] {
    let (N, d) = (configuration.experts, configuration.modelWidth)
    let compared = layers.map { SingularValues(of: .concatenated(course(of: $0).map(\.comparedTerms), axis: 0)) }
    let angles = layers.map { routingAngles($0) }
    let rounding = angles.map(\.rounding).worst()
    // Where W_r is fixed a theorem, elsewhere a measure; nor is there one if nothing could exceed N−1, if all terms are 0,
    // or if they are so nearly dependent that rounding hides their subspace.
    let terms = course(of: 0).reduce(0) { $0 + $1.routingTerms.shape[0] }
    let isTheorem = router == .smoeDropout && N - 1 < min(d, terms) && angles.allSatisfy { $0.rankAtStart > 0 }
    let isSharp = isTheorem && rounding < 1e-6
    let ranks = [(angles.map(\.rankAtStart), "step 0"), (layers.map { rankOfRoutingTerms($0) }, "all looks")]
    return [
      ClaimResult(
        4, name, "rank of all routing terms", looks, found: ranks.map { .init($1, Double($0.max() ?? 0)) },
        bound: isTheorem ? Double(N - 1) : nil),
      ClaimResult(
        4, name, "effective rank of all routing terms", "\(looks), k = \(comparisonK)",
        measured: compared.map(\.effectiveRank).worst()),
      ClaimResult(
        4, name, "largest angle to the rows of step 0", looks, found: [.init("angle", angles.map(\.toRows).worst())],
        bound: isSharp ? rounding : nil),
      ClaimResult(
        4, name, "largest angle to the terms of step 0", looks,
        found: [.init("angle", angles.map(\.toStart).worst())],
        bound: isSharp && angles.allSatisfy(\.fillsRows) ? rounding : nil),
    ]
  }

  /// The rank of one layer's routing terms of all tokens at all steps.
  ///
  /// - Parameter layer: The layer.
  /// - Returns: The number of singular values above rounding.
  public func rankOfRoutingTerms(_ layer: Int) -> Int {
    let values = routingTermValues(layer)
    let size = course(of: layer).reduce(0) { $0 + $1.routingTermSize * $1.routingTermSize }.squareRoot()
    return values.numericalRank(cutoff: Double(max(values.rows, values.columns)) * .ulpOfOne * size)
  }

  /// The singular values of one layer's routing terms of all tokens at all steps.
  ///
  /// - Parameter layer: The layer.
  /// - Returns: min(terms, d) values.
  public func routingTermValues(_ layer: Int) -> SingularValues {
    SingularValues(of: .concatenated(course(of: layer).map(\.routingTerms), axis: 0))
  }
}
