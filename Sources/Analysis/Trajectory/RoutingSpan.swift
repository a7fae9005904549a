import Tensors
import TransformerXL

/// Claim 6, over a trajectory: how many dimensions the routing subspaces of a HyperRouter can have together.
///
/// In one ReLU region of 𝓗, w_j − w_1 = (V2_j − V2_1) D V1 e is linear in e (biases are zero), so it spans at most m
/// dimensions there and at most s anywhere: over R regions (N−1)·min(s, m·R). Sharper, since regions that differ in few
/// units share most of their image: D V1 = D₀ V1 + Σ over switched units, so m + F instead of m·R, F the number of units
/// that were seen to switch. And each look finds at most N−1 dimensions, so `looks` looks find at most (N−1)·looks.
///
/// Equation [rank-curve] in NOTES.md.
public struct RoutingSpan: Sendable {
  /// m.
  public let embeddingWidth: Int
  /// How often the mixture was looked at.
  public let looks: Int
  /// R: how many regions it was seen in.
  public let regions: Int
  /// F: how many units were seen in both states.
  public let switchedUnits: Int
  /// The rank of the routing terms of all tokens at all looks.
  public let rank: Int
  /// Their effective rank: how many directions they really share.
  public let effectiveRank: Double
  /// min(d, (N−1)·min(s, m·R)).
  public let bound: Int
  /// min(d, (N−1)·min(s, m·R, m + F)); nil for 𝓗 with more than one hidden layer.
  public let sharperBound: Int?
  /// min(d, (N−1)·looks): what no bound on the rank needs to exceed.
  public let ceiling: Int

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
    looks = visited.count
    regions = Set(visited).count
    switchedUnits = (visited.first ?? []).indices.count { unit in visited.contains { $0[unit] != visited[0][unit] } }
    rank = trajectory.rankOfRoutingTerms(layer)
    effectiveRank = values.effectiveRank
    ceiling = min(d, (N - 1) * looks)
    bound = min(d, (N - 1) * min(s, m * regions))
    sharperBound = configuration.hypernetworkDepth == 2 ? min(bound, (N - 1) * (m + switchedUnits)) : nil
  }

  /// The span as results.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the trajectory comes from; m, R and F are added.
  /// - Returns: Claim 6 over a trajectory: the rank beside both bounds, and the effective rank; no verdict where a bound is
  ///   what any router would respect: all of ℝᵈ, or N−1 dimensions for each look.
  public func results(router name: String, setting: String) -> [ClaimResult] {
    let place = "\(setting), m = \(embeddingWidth), \(looks) looks"
    let found = [ClaimResult.Finding("rank", Double(rank))]
    func useful(_ bound: Int) -> Double? { bound < ceiling ? Double(bound) : nil }
    let sharper = sharperBound.map {
      ClaimResult(
        6, name, "rank of all routing terms, bound min(d, (N−1)·min(s, m·R, m+F))", "\(place), F = \(switchedUnits)",
        found: found, bound: useful($0))
    }
    return [
      ClaimResult(
        6, name, "rank of all routing terms, bound min(d, (N−1)·min(s, m·R))", "\(place), R = \(regions)",
        found: found, bound: useful(bound))
    ] + [sharper].compactMap { $0 } + [
      ClaimResult(6, name, "effective rank of the same terms", place, measured: effectiveRank)
    ]
  }
}

extension Trajectory {
  /// Claim 6, over this trajectory of a HyperRouter.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The results of each layer.
  public func routingSpans(router name: String) -> [ClaimResult] {
    layers.flatMap { RoutingSpan(self, layer: $0).results(router: name, setting: "layer \($0)") }
  }
}
