import TransformerXL

extension RouterKind {
  /// The claims that say something provable about this router; the others are measured beside it, or not about it at all.
  public var provableClaims: Set<Int> {
    switch self {
    case .smoe: [1, 2, 3, 5, 7]
    case .smoeDropout: [1, 2, 3, 4, 7]
    case .hyperRouter, .coordinateWise: [1, 2, 3, 5, 6, 7]
    case .dense, .denseDropout: []
    }
  }
}

extension ClaimResult {
  /// The claims that are about the routers looked at and were decided for none of them: no pass, though none failed.
  ///
  /// - Parameters:
  ///   - results: What was found.
  ///   - routers: The routers looked at; without any, nothing was decided at all.
  /// - Returns: Numbers of claims, ascending.
  public static func undecided(in results: [ClaimResult], about routers: [RouterKind]) -> [Int] {
    if routers.isEmpty { return Array(1...7) }
    let expected = routers.reduce(into: Set<Int>()) { $0.formUnion($1.provableClaims) }
    return expected.subtracting(results.filter { $0.holds != nil }.compactMap(\.claim)).sorted()
  }
}
