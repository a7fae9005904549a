extension Trajectory {
  /// Claim 5, measured for every router: whether rows move towards the tokens that choose them.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Alignment before and after, displacement, and drift unless no row moved; means over layers.
  public func drift(router name: String) -> [ClaimResult] {
    guard let first = snapshots.first?.layers, let last = snapshots.last, !first.isEmpty else { return [] }
    let layers = Array(zip(first, last.layers))
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let setting = "\(steps), k = \(comparisonK)"
    let (before, after) = (mean(first.map(\.alignment)), mean(last.layers.map(\.alignment)))
    let drifts = layers.compactMap { $1.drift(since: $0) }
    let movement = [
      ClaimResult(5, name, "cosine of rows' movement with their tokens", setting, measured: mean(drifts))
    ]
    return [
      ClaimResult(
        5, name, "alignment of rows with their tokens", setting, measured: after,
        of: [.init("step 0", before), .init("step \(last.step)", after)]),
      ClaimResult(
        5, name, "relative movement of W_r", setting, measured: mean(layers.map { $1.displacement(since: $0) })),
    ] + (drifts.isEmpty ? [] : movement)
  }
}
