extension Trajectory {
  /// Collapse, measured (Chi and others): whether experts become alike and outputs poorer. Not a claim with a bound.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Similarity of the experts and effective rank of the outputs, before and after, means over layers.
  public func collapse(router name: String) -> [ClaimResult] {
    guard let first = snapshots.first, let last = snapshots.last, !first.layers.isEmpty else { return [] }
    func mean(_ layers: [LayerSnapshot], _ value: (LayerSnapshot) -> Double) -> Double {
      layers.map(value).reduce(0, +) / Double(layers.count)
    }
    func result(_ quantity: String, _ value: (LayerSnapshot) -> Double) -> ClaimResult {
      let after = mean(last.layers, value)
      return ClaimResult(
        0, name, quantity, "steps 0–\(last.step)", measured: after,
        of: [.init("step 0", mean(first.layers, value)), .init("step \(last.step)", after)])
    }
    return [
      result("cosine of two experts' outputs") { $0.expertSimilarity },
      result("effective rank of the output") { $0.outputEffectiveRank },
    ]
  }
}
