extension Trajectory {
  /// Claim 5, measured for every router: whether rows move towards the tokens that choose them.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Alignment before and after, displacement, and drift unless no row moved; means over layers, the cosines
  ///   beside their levels of chance.
  public func drift(router name: String) -> [ClaimResult] {
    let (first, last) = (self.first.layers, self.last.layers)
    let layers = Array(paired(first, last))
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func levels(_ values: [(String, [Double])]) -> [ClaimResult.Finding] {
      values.filter { !$0.1.isEmpty }.map { .init($0, mean($1)) }
    }
    let setting = steps.with(\.k, comparisonK)
    let alignments = [first, last].map { $0.compactMap(\.alignment) }
    let drifts = layers.compactMap { $1.drift(since: $0) }
    let drift = ClaimResult(
      5, name, "cosine of rows' movement with their tokens", setting, measured: mean(drifts),
      of: [.init("cosine", mean(drifts))],
      levels: levels([("by chance", layers.compactMap { $1.driftLevel(since: $0) })]))
    let alignment = ClaimResult(
      5, name, "alignment of rows with their tokens", setting, measured: mean(alignments[1]),
      of: [.init("step 0", mean(alignments[0])), .init("step \(self.last.step)", mean(alignments[1]))],
      levels: levels([
        ("chance at 0", first.compactMap(\.alignmentLevel)),
        ("at \(self.last.step)", last.compactMap(\.alignmentLevel)),
      ]))
    let movement = ClaimResult(
      5, name, "relative movement of W_r", setting, measured: mean(layers.map { $1.displacement(since: $0) }))
    return (alignments.contains { $0.isEmpty } ? [] : [alignment]) + [movement] + (drifts.isEmpty ? [] : [drift])
  }
}
