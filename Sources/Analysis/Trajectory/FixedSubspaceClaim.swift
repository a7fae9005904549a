import Tensors
import TransformerXL

extension Trajectory {
  /// Claim 4: where the routing terms of all tokens at all steps lie.
  ///
  /// For SMoE-Dropout a theorem: W_r never moves, so all of them stay in the span of the row differences of step 0, which
  /// has N−1 dimensions. For the other routers the same numbers are measured beside it.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The rank of all routing terms together, and the largest principal angles; the worst layer's each.
  public func fixedSubspace(router name: String) -> [ClaimResult] {
    let bound = Double(min(configuration.experts - 1, configuration.modelWidth))
    let setting = "steps 0–\(snapshots.last?.step ?? 0)"
    /// A theorem where rows are fixed, a measurement elsewhere.
    func result(_ quantity: String, _ value: Double, bound: Double) -> ClaimResult {
      router == .smoeDropout
        ? ClaimResult(4, name, quantity, setting, found: [.init("measured", value)], bound: bound)
        : ClaimResult(4, name, quantity, setting, measured: value)
    }
    let values = layers.map { routingTermValues($0) }
    return [
      result("rank of all routing terms", Double(values.map { $0.numericalRank() }.max() ?? 0), bound: bound),
      ClaimResult(
        4, name, "effective rank of all routing terms", setting, measured: values.map(\.effectiveRank).max() ?? 0),
      result(
        "largest angle to the rows of step 0", layers.map { largestAngleToRows($0) }.max() ?? .nan,
        bound: Self.roundingAngle),
      ClaimResult(
        4, name, "largest angle to the terms of step 0", setting,
        measured: layers.map { largestAngleToStart($0) }.max() ?? .nan),
    ]
  }

  /// What an angle of nothing may be in double precision: the condition of the terms times rounding.
  static let roundingAngle = 1e-9

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

  /// The largest principal angle, over all steps, between the routing terms of the step and the row differences of step 0.
  ///
  /// - Parameter layer: The layer.
  /// - Returns: An angle in radians.
  public func largestAngleToRows(_ layer: Int) -> Double {
    let course = course(of: layer)
    guard let start = course.first else { return .nan }
    let rows = Subspace(spannedByRowsOf: start.rowDifferences)
    return course.map { largestAngle($0, to: rows) }.max() ?? .nan
  }

  /// The largest principal angle, over all steps, between the routing terms of the step and those of step 0.
  ///
  /// - Parameter layer: The layer.
  /// - Returns: An angle in radians.
  public func largestAngleToStart(_ layer: Int) -> Double {
    let course = course(of: layer)
    guard let start = course.first else { return .nan }
    let terms = Subspace(spannedByRowsOf: start.routingTerms)
    return course.map { largestAngle($0, to: terms) }.max() ?? .nan
  }

  private func largestAngle(_ snapshot: LayerSnapshot, to subspace: Subspace) -> Double {
    Subspace(spannedByRowsOf: snapshot.routingTerms).largestPrincipalAngle(to: subspace)
  }
}
