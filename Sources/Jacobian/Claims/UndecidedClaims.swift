import MixtureOfExperts

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
