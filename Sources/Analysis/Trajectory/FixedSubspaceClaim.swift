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
    let bound = Double(min(configuration.experts - 1, configuration.modelWidth))
    let values = layers.map { routingTermValues($0) }
    let angles = layers.map { routingAngles($0) }
    let rounding = angles.map(\.rounding).max() ?? 0
    /// A theorem where rows are fixed, a measurement elsewhere.
    func result(
      _ quantity: String, _ findings: [ClaimResult.Finding], bound: Double, isTheorem: Bool = true
    ) -> ClaimResult {
      isTheorem && router == .smoeDropout
        ? ClaimResult(4, name, quantity, steps, found: findings, bound: bound)
        : ClaimResult(
          4, name, quantity, steps, measured: findings.map(\.value).max() ?? .nan,
          of: findings.count > 1 ? findings : [])
    }
    let ranks = [(angles.map(\.rankAtStart), "step 0"), (values.map { $0.numericalRank() }, "all steps")]
    return [
      result("rank of all routing terms", ranks.map { .init($1, Double($0.max() ?? 0)) }, bound: bound),
      ClaimResult(
        4, name, "effective rank of all routing terms", steps, measured: values.map(\.effectiveRank).max() ?? 0),
      result(
        "largest angle to the rows of step 0", [.init("angle", angles.map(\.toRows).max() ?? .nan)], bound: rounding),
      result(
        "largest angle to the terms of step 0", [.init("angle", angles.map(\.toStart).max() ?? .nan)],
        bound: rounding, isTheorem: angles.allSatisfy(\.fillsRows)),
    ]
  }

  /// The rank of one layer's routing terms of all tokens at all steps.
  ///
  /// - Parameter layer: The layer.
  /// - Returns: The number of singular values above rounding.
  public func rankOfRoutingTerms(_ layer: Int) -> Int {
    routingTermValues(layer).numericalRank()
  }

  /// The singular values of one layer's routing terms of all tokens at all steps.
  ///
  /// - Parameter layer: The layer.
  /// - Returns: min(terms, d) values.
  public func routingTermValues(_ layer: Int) -> SingularValues {
    SingularValues(of: .concatenated(course(of: layer).map(\.routingTerms), axis: 0))
  }
}
