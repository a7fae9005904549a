import Autograd
import MixtureOfExperts
import Tensors
import TransformerXL

/// Claim 6, at one e: rank ∂vec(W_r)/∂e ≤ min(m, active ReLU units of 𝓗).
public struct GeneratedRowsClaim {
  let router: HyperRouter<Double>

  /// Prepares the claim.
  ///
  /// - Parameter router: The router.
  public init(_ router: HyperRouter<Double>) {
    self.router = router
  }

  /// The rank of ∂vec(W_r)/∂e by formula, tape and differences.
  public var ranks: [ClaimResult.Finding] {
    let e = router.embedding.value
    let derivative = router.hypernetwork.derivative(at: e)
    let d = router.width
    let block = d + 1
    let rows = (0..<router.experts).map { derivative.jacobian.sliced(0, $0 * block..<$0 * block + d) }
    let recorded = JacobianTape<Double>()
    let tape = recorded.jacobian(
      of: router.weights(on: recorded.tape).W_r, withRespectTo: recorded.tape(router.embedding))
    defer { router.embedding.value = e }
    let differences = CentralDifferences.jacobian(at: e, step: derivative.radius / 2) { moved in
      router.embedding.value = moved
      return router.weights(on: .evaluating()).W_r.value
    }
    let approximate = SingularValues(of: differences)
    return [
      .init("closed form", Double(SingularValues(of: .concatenated(rows, axis: 0)).numericalRank())),
      .init("autodiff", Double(SingularValues(of: tape).numericalRank())),
      .init(
        "differences",
        Double(approximate.numericalRank(cutoff: DecompositionClaims.differenceCutoff * approximate.largest))),
    ]
  }

  /// min(m, active units).
  public var bound: Int { router.hypernetwork.derivative(at: router.embedding.value).rankBound }

  /// The claim as a result.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where e comes from.
  /// - Returns: Claim 6 at one e.
  public func result(router name: String, setting: String) -> ClaimResult {
    ClaimResult(
      6, name, "rank of ∂vec(W_r)/∂e", setting, found: ranks, bound: Double(bound))
  }
}

/// Claim 6, over a trajectory: how many dimensions the routing subspaces of a HyperRouter can have together.
///
/// In one ReLU region of 𝓗, w_j − w_1 = (V2_j − V2_1) D V1 e is linear in e (biases are zero), so it spans at most m
/// dimensions there and at most s anywhere: over R regions (N−1)·min(s, m·R). Sharper, since regions that differ in few
/// units share most of their image: D V1 = D₀ V1 + Σ over switched units, so m + F instead of m·R, F the number of units
/// that ever switched.
public struct RoutingSpan: Sendable {
  /// m.
  public let embeddingWidth: Int
  /// R: how many regions were visited.
  public let regions: Int
  /// F: how many units switched at least once.
  public let switchedUnits: Int
  /// The rank of the routing terms of all tokens at all steps.
  public let rank: Int
  /// Their effective rank: how many directions they really share.
  public let effectiveRank: Double
  /// min(d, (N−1)·min(s, m·R)).
  public let bound: Int
  /// min(d, (N−1)·min(s, m·R, m + F)), for 𝓗 with one hidden layer.
  public let sharperBound: Int

  /// Measures one layer of a trajectory.
  ///
  /// - Parameters:
  ///   - trajectory: The trajectory of a HyperRouter.
  ///   - layer: The layer.
  public init(_ trajectory: Trajectory, layer: Int) {
    let configuration = trajectory.configuration
    let visited = trajectory.course(of: layer).compactMap(\.region)
    let (m, s, N, d) = (
      configuration.embeddingWidth, configuration.hypernetworkWidth, configuration.experts, configuration.modelWidth
    )
    let values = trajectory.routingTermValues(layer)
    embeddingWidth = m
    regions = Set(visited).count
    switchedUnits = (visited.first ?? []).indices.count { unit in visited.contains { $0[unit] != visited[0][unit] } }
    rank = values.numericalRank()
    effectiveRank = values.effectiveRank
    bound = min(d, (N - 1) * min(s, m * regions))
    sharperBound =
      configuration.hypernetworkDepth == 2 ? min(bound, (N - 1) * (m + switchedUnits)) : bound
  }

  /// The span as a result.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the trajectory comes from; m and R are added.
  /// - Returns: Claim 6 over a trajectory.
  public func result(router name: String, setting: String) -> ClaimResult {
    ClaimResult(
      6, name, "rank of all routing terms", "\(setting), m = \(embeddingWidth), R = \(regions)",
      found: [.init("closed form", Double(rank))], bound: Double(sharperBound))
  }
}
