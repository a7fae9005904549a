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
  /// - Returns: Similarity of the experts, beside that of their outputs for different tokens, and effective rank of the
  ///   outputs, with the spread over seeds at the end.
  public func results(router name: String) -> [ClaimResult] {
    precondition(
      !trajectories.isEmpty
        && trajectories.allSatisfy { $0.snapshots.map(\.step) == trajectories[0].snapshots.map(\.step) },
      "Collapse: \(trajectories.count) trainings, not looked at at the same steps")
    let snapshots = trajectories[0].snapshots
    let end = snapshots.count - 1
    func values(at snapshot: Int, _ value: (LayerSnapshot) -> Double) -> [Double] {
      trajectories.map { trajectory in
        let layers = trajectory.snapshots[snapshot].layers
        return layers.map(value).reduce(0, +) / Double(layers.count)
      }
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func result(
      _ quantity: String, level: ((LayerSnapshot) -> Double)? = nil, _ value: (LayerSnapshot) -> Double
    ) -> ClaimResult {
      let looks = Set([0, end / 2, end]).sorted()
      let findings = looks.map { ClaimResult.Finding("step \(snapshots[$0].step)", mean(values(at: $0, value))) }
      let ends = values(at: end, value)
      let spread = ClaimResult.Finding("spread", (ends.max() ?? .nan) - (ends.min() ?? .nan))
      return ClaimResult(
        nil, name, quantity, ClaimSetting(k: trajectories[0].comparisonK).with(\.seeds, ends.count),
        measured: mean(ends), of: findings + (ends.count > 1 ? [spread] : []),
        levels: level.map { [.init("other tokens", mean(values(at: end, $0)))] } ?? [])
    }
    let outputs = result("effective rank of the output") { $0.outputEffectiveRank }
    if trajectories[0].configuration.experts == 1 { return [outputs] }
    let similarity = result("cosine of two experts' outputs", level: { $0.unpairedExpertSimilarity }) {
      $0.expertSimilarity
    }
    return [similarity, outputs]
  }
}
