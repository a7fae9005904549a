import Tensors

/// Claim 6, over a trajectory: how many dimensions the routing subspaces of a HyperRouter can have together.
///
/// In one ReLU region of 𝓗, w_j − w_1 = (V2_j − V2_1) D V1 e is linear in e where biases are zero, so it spans at most m
/// dimensions there and at most s anywhere: over R regions (N−1)·min(s, m·R). Sharper, since regions that differ in few
/// units share most of their image: D V1 = D₀ V1 + Σ over switched units, so m + F instead of m·R, F the number of units
/// that were seen to switch. And each look finds at most N−1 dimensions, so `looks` looks find at most (N−1)·looks.
///
/// A bias that is not zero makes w_j − w_1 affine in e, linear in (e, 1): m + 1 takes the place of m. One of the output,
/// a2, adds its own direction to the s of the hidden units: s + 1.
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
  /// The same with terms found by the tape.
  public let rankByAutodiff: Int
  /// How many directions they really share, every look's scaled to norm 1: all looks together, and the mean of one look.
  public let effectiveRanks: (together: Double, single: Double)
  /// Whether a bias of 𝓗 was seen that is not zero: then m + 1 stands for m in the bounds.
  public let isAffine: Bool
  /// min(d, (N−1)·min(s, m·R)).
  public let bound: Int
  /// min(d, (N−1)·min(s, m·R, m + F)); nil for 𝓗 with more than one hidden layer.
  public let sharperBound: Int?
  /// min(d, (N−1)·looks): what no bound on the rank needs to exceed.
  public let ceiling: Int

  /// Measures one layer of a trajectory.
  ///
  /// - Parameter trajectory: The trajectory of a HyperRouter.
  public init(_ trajectory: Trajectory, layer: Int) {
    let configuration = trajectory.configuration
    let course = trajectory.course(of: layer)
    let generations = course.compactMap(\.generation)
    precondition(generations.count == course.count, "RoutingSpan: a router without 𝓗")
    let visited = generations.map(\.region)
    let (m, s, N, d) = (
      configuration.embeddingWidth, configuration.hypernetworkWidth, configuration.experts, configuration.modelWidth
    )
    let hasOutputBias = generations.contains(where: \.hasOutputBias)
    isAffine = hasOutputBias || generations.contains(where: \.hasHiddenBias)
    let (inputs, hidden) = (m + (isAffine ? 1 : 0), s + (hasOutputBias ? 1 : 0))
    embeddingWidth = m
    looks = visited.count
    regions = Set(visited).count
    switchedUnits = visited[0].indices.count { unit in visited.contains { $0[unit] != visited[0][unit] } }
    rank = trajectory.rankOfRoutingTerms(layer)
    rankByAutodiff = trajectory.rankOfRoutingTerms(layer, .autodiff)
    effectiveRanks = trajectory.effectiveRanks(layer)
    ceiling = min(d, (N - 1) * looks)
    bound = min(d, (N - 1) * min(hidden, inputs * regions))
    sharperBound = configuration.hypernetworkDepth == 2 ? min(bound, (N - 1) * (inputs + switchedUnits)) : nil
  }

  /// The span as results.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the trajectory comes from; m, R and F are added.
  /// - Returns: Claim 6 over a trajectory: the rank beside both bounds, and the effective rank; no verdict where a bound is
  ///   what any router would respect: all of ℝᵈ, or N−1 dimensions for each look.
  public func results(router name: String, setting: ClaimSetting) -> [ClaimResult] {
    let place = setting.with(\.embeddingWidth, embeddingWidth).with(\.looks, looks)
    let inputs = isAffine ? "(m+1)" : "m"
    let found = [
      ClaimResult.Finding("closed form", Double(rank)), ClaimResult.Finding("autodiff", Double(rankByAutodiff)),
    ]
    func useful(_ bound: Int) -> Double? { bound < ceiling ? Double(bound) : nil }
    let sharper = sharperBound.map {
      ClaimResult(
        6, name, "rank of all routing terms, bound min(d, (N−1)·min(s, \(inputs)·R, \(inputs)+F))",
        place.with(\.switchedUnits, switchedUnits), found: found, bound: useful($0))
    }
    return [
      ClaimResult(
        6, name, "rank of all routing terms, bound min(d, (N−1)·min(s, \(inputs)·R))", place.with(\.regions, regions),
        found: found, bound: useful(bound))
    ] + [sharper].compactMap { $0 } + [
      ClaimResult(
        6, name, "effective rank of the same terms, each look's of norm 1", place, measured: effectiveRanks.together,
        of: [.init("together", effectiveRanks.together), .init("one look", effectiveRanks.single)])
    ]
  }
}

extension Trajectory {
  /// Claim 6, over this trajectory of a HyperRouter.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The results of each layer.
  public func routingSpans(router name: String) -> [ClaimResult] {
    layers.flatMap { RoutingSpan(self, layer: $0).results(router: name, setting: ClaimSetting(layer: $0)) }
  }
}
