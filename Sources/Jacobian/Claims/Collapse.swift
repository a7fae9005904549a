import Tensors

/// Whether experts become alike and outputs poorer while a router learns: collapse, measured without a bound.
///
/// All routers are looked at with the same k, whatever their schedules, and at the same steps. Source: Chi and others, 2022.
///
/// Equation [collapse] in NOTES.md.
package struct Collapse {
  package let trajectories: [Trajectory]  // One training for each seed

  package init(_ trajectories: [Trajectory]) { self.trajectories = trajectories }

  /// Similarity of the experts, beside that of their outputs for different tokens, and effective rank of the outputs: means
  /// over layers and seeds, in the middle of the training as well as at its ends, with the spread over seeds at the end.
  package var results: [ClaimResult] {
    precondition(
      !trajectories.isEmpty
        && trajectories.allSatisfy { $0.snapshots.map(\.step) == trajectories[0].snapshots.map(\.step) },
      "Collapse: \(trajectories.count) trainings, not looked at at the same steps")
    let snapshots = trajectories[0].snapshots
    let end = snapshots.count - 1
    func values(at snapshot: Int, _ value: (LayerSnapshot) -> Double) -> [Double] {
      trajectories.map { $0.snapshots[snapshot].layers.map(value).mean }
    }
    func result(
      _ quantity: String, level: ((LayerSnapshot) -> Double)? = nil, _ value: (LayerSnapshot) -> Double
    ) -> ClaimResult {
      let places = Set([0, end / 2, end]).sorted()
      let findings = places.map { ClaimResult.Finding("step \(snapshots[$0].step)", values(at: $0, value).mean) }
      let ends = values(at: end, value)
      let spread = ClaimResult.Finding("spread", (ends.max() ?? .nan) - (ends.min() ?? .nan))
      return ClaimResult(
        nil, quantity, ClaimSetting(k: trajectories[0].comparisonK).with(\.seeds, ends.count),
        found: findings + (ends.count > 1 ? [spread] : []), measured: ends.mean,
        levels: level.map { [.init("other tokens", values(at: end, $0).mean)] } ?? [])
    }
    let outputs = result("effective rank of the output") { $0.outputEffectiveRank }
    if trajectories[0].configuration.experts == 1 { return [outputs] }
    let similarity = result("cosine of two experts' outputs", level: { $0.unpairedExpertSimilarity }) {
      $0.expertSimilarity
    }
    return [similarity, outputs]
  }
}

/// The mean cosine of E_i(h) and E_j(h), over all pairs i < j and all tokens h: 1 for experts all alike, and for a single one.
///
/// E are the outputs of all experts for all tokens, N×n×d. Source: the representation collapse of Chi and others, 2022.
package func meanExpertSimilarity(_ E: Tensor<Double>) -> Double {
  let (experts, tokens) = (E.shape[0], E.shape[1])
  guard experts > 1 else { return 1 }
  let norms = Tensor([experts, tokens, 1], (E * E).sum(axis: 2).scalars.map { $0.squareRoot() })
  // A silent expert is like no other: its direction is left at zero.
  let isSilent = norms.scalars.map { $0 == 0 ? 1.0 : 0 }
  let directions = E / (norms + Tensor([experts, tokens, 1], isSilent))
  // |Σ_i e_i|² = Σ_i |e_i|² + 2 Σ_{i<j} ⟨e_i, e_j⟩
  let sum = directions.sum(axis: 0)
  let pairs = (sum.sumOfSquares() - directions.sumOfSquares()) / 2
  return pairs / Double(tokens * experts * (experts - 1) / 2)
}

/// The same mean for outputs of different tokens: every expert's tokens in a random order of their own.
///
/// What is left is what experts have in common whatever they see: the level beside which their likeness on the same token
/// is to be read. The mean of 8 draws; the same numbers every time.
package func meanUnpairedExpertSimilarity(_ E: Tensor<Double>) -> Double {
  let (experts, tokens) = (E.shape[0], E.shape[1])
  var random = Random(seed: 0).child(named: "unpaired experts")
  let draws = (0..<8).map { _ in
    let shuffled = (0..<experts).map { expert in
      E.row(expert).reshaped([tokens, E.shape[2]]).rows(random.permutation(of: tokens))
        .reshaped([1, tokens, E.shape[2]])
    }
    return meanExpertSimilarity(.concatenated(shuffled, axis: 0))
  }
  return draws.mean
}
