/// One measured line of the Jacobian comparison: a claim of the paper, a bound, and what was found.
public struct ClaimResult: Sendable {
  /// The number of the claim, 1 to 7, as NOTES.md lists them; nil for collapse, which is measured beside them.
  public let claim: Int?
  /// The router.
  public let router: String
  /// What is measured.
  public let quantity: String
  /// Where: k, the layer, the step; may be empty.
  public let setting: ClaimSetting
  /// The same number found several ways; empty if there is one way only.
  public let findings: [Finding]
  /// The bound; nil for an empirical measure.
  public let bound: Double?
  /// How findings must compare with the bound.
  public let relation: Relation
  /// What the same number would be by chance, and how that is reckoned; empty where chance says nothing.
  public let levels: [Finding]
  /// What was found: the worst of the findings.
  public let measured: Double
  /// Whether every finding that decides respects the bound, computed; nil for an empirical measure, and where no finding
  /// decides.
  public let holds: Bool?

  /// The quantity and its setting.
  public var statement: String { [quantity, setting.description].filter { !$0.isEmpty }.joined(separator: ", ") }

  /// Compares findings with the bound of a theorem.
  ///
  /// - Parameters:
  ///   - quantity: What is measured.
  ///   - setting: Where.
  ///   - findings: At least one; what is not a number does not hold.
  ///   - relation: How findings must compare with the bound.
  ///   - bound: The bound; nil where nothing could exceed it, which leaves a measure.
  ///   - levels: What the number would be by chance.
  public init(
    _ claim: Int, _ router: String, _ quantity: String, _ setting: ClaimSetting = ClaimSetting(),
    found findings: [Finding],
    _ relation: Relation = .atMost, bound: Double?, levels: [Finding] = []
  ) {
    let holds = bound.flatMap { bound -> Bool? in
      if findings.isEmpty { return false }
      let deciding = findings.filter { $0.decides(bound, relation) }
      if deciding.isEmpty { return nil }
      return deciding.allSatisfy { relation.isRespected(by: $0.value, bound) }
    }
    self.init(
      claim: claim, router: router, quantity: quantity, setting: setting, findings: findings, bound: bound,
      relation: relation, levels: levels, measured: Finding.worst(of: findings, "", bound: nil, relation).value,
      holds: holds)
  }

  /// States an empirical measure: nothing that could hold or not.
  ///
  /// - Parameters:
  ///   - claim: The number of the claim, if it belongs to one.
  ///   - quantity: What is measured.
  ///   - setting: Where.
  ///   - findings: The numbers of which it is made, if any.
  ///   - levels: What it would be by chance.
  public init(
    _ claim: Int?, _ router: String, _ quantity: String, _ setting: ClaimSetting = ClaimSetting(), measured: Double,
    of findings: [Finding] = [], levels: [Finding] = []
  ) {
    self.init(
      claim: claim, router: router, quantity: quantity, setting: setting, findings: findings, bound: nil,
      relation: .atMost, levels: levels, measured: measured, holds: nil)
  }
}

extension ClaimResult {
  /// Joins results that differ only in the layer: the worst finding of each way stands for all layers.
  ///
  /// - Parameter results: Results of several layers.
  /// - Returns: One result for each claim, router, statement and bound, in the order of their first occurrence.
  public static func worst(of results: [ClaimResult]) -> [ClaimResult] {
    func isSame(_ a: ClaimResult, _ b: ClaimResult) -> Bool {
      a.claim == b.claim && a.router == b.router && a.statement == b.statement && a.bound == b.bound
    }
    return results.reduce(into: []) { joined, result in
      guard let index = joined.firstIndex(where: { isSame($0, result) }) else { return joined.append(result) }
      joined[index] = joined[index].joined(with: result)
    }
  }

  private func joined(with other: ClaimResult) -> ClaimResult {
    let values = [Finding("", measured), Finding("", other.measured)]
    return ClaimResult(
      claim: claim, router: router, quantity: quantity, setting: setting,
      findings: Self.joined(findings, other.findings, bound: bound, relation), bound: bound, relation: relation,
      levels: Self.joined(levels, other.levels, bound: nil, relation),
      measured: Finding.worst(of: values, "", bound: nil, relation).value,
      holds: holds.map { $0 && other.holds ?? true } ?? other.holds)
  }

  /// The worst finding of each way; one that only one side has is kept.
  private static func joined(
    _ a: [Finding], _ b: [Finding], bound: Double?, _ relation: Relation
  ) -> [Finding] {
    let ways = a.map(\.way) + b.map(\.way).filter { way in !a.contains { $0.way == way } }
    return ways.map { way in .worst(of: (a + b).filter { $0.way == way }, way, bound: bound, relation) }
  }

  private init(
    claim: Int?, router: String, quantity: String, setting: ClaimSetting, findings: [Finding], bound: Double?,
    relation: Relation, levels: [Finding], measured: Double, holds: Bool?
  ) {
    self.claim = claim
    self.router = router
    self.quantity = quantity
    self.setting = setting
    self.findings = findings
    self.bound = bound
    self.relation = relation
    self.levels = levels
    self.measured = measured
    self.holds = holds
  }
}
