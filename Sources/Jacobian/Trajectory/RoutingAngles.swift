import LinearAlgebra
import Tensors

/// How far one layer's routing terms turn away, over a trajectory, from where they began: claim 4 in angles.
///
/// Equation [fixed-subspace] in NOTES.md.
public struct RoutingAngles: Sendable {
  /// The largest principal angle, over all looks, between the routing terms of the step and the row differences of step 0.
  public let toRows: Double
  /// The largest principal angle, over all looks, between the routing terms of the step and those of step 0.
  public let toStart: Double
  /// The dimension of the routing terms of step 0.
  public let rankAtStart: Int
  /// The dimension of the row differences of step 0, at most N−1.
  public let rankOfRows: Int
  /// What `toRows` and `toStart` may be for subspaces that are the same: rounding, as far as the numbers themselves can
  /// tell their subspaces.
  public let rounding: Double

  /// Whether the routing terms of step 0 fill the span of the row differences: only then can a later term not leave them.
  public var fillsRows: Bool { rankAtStart == rankOfRows }

  /// Measures one mixture over a trajectory.
  ///
  /// - Parameters:
  ///   - course: Its snapshots, at least one, in the order of steps.
  ///   - way: How the routing terms are found.
  init(_ course: [LayerSnapshot], _ way: RoutingTerms) {
    precondition(!course.isEmpty, "RoutingAngles: a trajectory without snapshots")
    let rows = SingularValueDecomposition(of: course[0].rowDifferences)
    let terms = course.map { ($0.termCutoff, SingularValueDecomposition(of: way.of($0))) }
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
  /// How far one layer's routing terms turn away from where they began.
  ///
  /// - Parameter way: How the routing terms are found.
  /// - Returns: Angles in radians.
  public func routingAngles(_ layer: Int, _ way: RoutingTerms = .closedForm) -> RoutingAngles {
    RoutingAngles(course(of: layer), way)
  }
}
