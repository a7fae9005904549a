extension Trajectory {
  /// Claim 5, measured for every router: whether rows move towards the tokens that choose them.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: Alignment before and after, drift, and displacement, means over layers.
  public func drift(router name: String) -> [ClaimResult] {
    guard let first = snapshots.first?.layers, let last = snapshots.last else { return [] }
    func mean(_ value: (_ start: LayerSnapshot, _ end: LayerSnapshot) -> Double) -> Double {
      zip(first, last.layers).map { value($0, $1) }.reduce(0, +) / Double(max(1, first.count))
    }
    let setting = "\(steps), k = \(comparisonK)"
    let (before, after) = (mean { start, _ in start.alignment }, mean { _, end in end.alignment })
    return [
      ClaimResult(
        5, name, "alignment of rows with their tokens", setting, measured: after,
        of: [.init("step 0", before), .init("step \(last.step)", after)]),
      ClaimResult(
        5, name, "cosine of rows' movement with their tokens", setting, measured: mean { $1.drift(since: $0) }),
      ClaimResult(5, name, "relative movement of W_r", setting, measured: mean { $1.displacement(since: $0) }),
    ]
  }
}
