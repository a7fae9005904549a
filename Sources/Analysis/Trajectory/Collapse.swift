/// Whether experts become alike and outputs poorer while a router learns: collapse, measured without a bound.
///
/// All routers are looked at with the same k, whatever their schedules, and at the same steps. Source: Chi and others, 2022.
///
/// Equation [collapse] in NOTES.md.
public struct Collapse {
  /// One training for each seed.
  public let trajectories: [Trajectory]

  /// Compares trainings of one router.
  ///
  /// - Parameter trajectories: One for each seed, looked at at the same steps.
  public init(_ trajectories: [Trajectory]) {
    self.trajectories = trajectories
  }

  /// The measures: means over layers and seeds, in the middle of the training as well as at its ends.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Similarity of the experts and effective rank of the outputs, with the spread over seeds at the end.
  public func results(router name: String) -> [ClaimResult] {
    guard let snapshots = trajectories.first?.snapshots, let last = snapshots.last, !last.layers.isEmpty else {
      return []
    }
    func values(at snapshot: Int, _ value: (LayerSnapshot) -> Double) -> [Double] {
      trajectories.map { trajectory in
        let layers = trajectory.snapshots[snapshot].layers
        return layers.map(value).reduce(0, +) / Double(layers.count)
      }
    }
    func result(_ quantity: String, _ value: (LayerSnapshot) -> Double) -> ClaimResult {
      let looks = Set([0, (snapshots.count - 1) / 2, snapshots.count - 1]).sorted()
      let findings = looks.map { look in
        let all = values(at: look, value)
        return ClaimResult.Finding("step \(snapshots[look].step)", all.reduce(0, +) / Double(all.count))
      }
      let ends = values(at: snapshots.count - 1, value)
      let spread = (ends.max() ?? 0) - (ends.min() ?? 0)
      return ClaimResult(
        nil, name, quantity, "k = \(trajectories[0].comparisonK), \(ends.count) \(ends.count == 1 ? "seed" : "seeds")",
        measured: findings.last?.value ?? .nan,
        of: findings + (ends.count > 1 ? [.init("spread", spread)] : []))
    }
    let outputs = result("effective rank of the output") { $0.outputEffectiveRank }
    if trajectories[0].configuration.experts == 1 { return [outputs] }
    return [result("cosine of two experts' outputs") { $0.expertSimilarity }, outputs]
  }
}
