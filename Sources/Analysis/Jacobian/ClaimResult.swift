/// One measured line of the Jacobian comparison: a claim of the paper, a bound, and what was found.
public struct ClaimResult: Sendable {
  /// A number found one way, where a claim is checked several ways.
  public struct Finding: Sendable {
    /// "closed form", "autodiff", "differences", or which two of them are compared.
    public let way: String
    /// The number.
    public let value: Double
    /// What of the number may be the error of the way itself, by its own estimate; 0 for rounding alone.
    public let resolution: Double

    /// Names a number.
    ///
    /// - Parameters:
    ///   - way: How it was found.
    ///   - value: The number.
    ///   - resolution: What of it may be the error of the way itself.
    public init(_ way: String, _ value: Double, resolution: Double = 0) {
      self.way = way
      self.value = value
      self.resolution = resolution
    }

    /// Whether the number says something about a bound: it is within it, or beyond it by more than ten times the way's own
    /// error.
    ///
    /// - Parameter bound: A bound from above.
    /// - Returns: False where the way is too coarse for the bound.
    public func decides(_ bound: Double) -> Bool { value <= bound || !(value - bound <= 10 * resolution) }

    /// Joins findings of one way, say of several tokens: the worst of those that decide; of all, if none does.
    ///
    /// - Parameters:
    ///   - findings: At least one.
    ///   - bound: A bound from above; nil if there is none to decide about.
    /// - Returns: One of them.
    static func worst(of findings: [Finding], bound: Double?) -> Finding {
      let deciding = bound.map { bound in findings.filter { $0.decides(bound) } } ?? findings
      let candidates = deciding.isEmpty ? findings : deciding
      return candidates.first { $0.value.isNaN } ?? candidates.max { $0.value < $1.value } ?? findings[0]
    }
  }

  /// How a measured number must compare with its bound.
  public enum Relation: Sendable {
    /// measured ≤ bound.
    case atMost
    /// measured = bound.
    case exactly
  }

  /// The number of the claim, 1 to 7, as NOTES.md lists them; nil for collapse, which is measured beside them.
  public let claim: Int?
  /// The router.
  public let router: String
  /// What is measured.
  public let quantity: String
  /// Where: k, the layer, the step; may be empty.
  public let setting: String
  /// The same number found several ways; empty if there is one way only.
  public let findings: [Finding]
  /// The bound; nil for an empirical measure.
  public let bound: Double?
  /// What was found: the largest of the findings.
  public let measured: Double
  /// Whether every finding that decides respects the bound, computed; nil for an empirical measure, and where no finding
  /// decides.
  public let holds: Bool?

  /// The quantity and its setting.
  public var statement: String { setting.isEmpty ? quantity : "\(quantity), \(setting)" }

  /// Compares findings with the bound of a theorem.
  ///
  /// - Parameters:
  ///   - claim: The number of the claim.
  ///   - router: The router.
  ///   - quantity: What is measured.
  ///   - setting: Where.
  ///   - findings: At least one; what is not a number does not hold.
  ///   - relation: How findings must compare with the bound.
  ///   - bound: The bound; nil where nothing could exceed it, which leaves a measure.
  public init(
    _ claim: Int, _ router: String, _ quantity: String, _ setting: String = "", found findings: [Finding],
    _ relation: Relation = .atMost, bound: Double?
  ) {
    let holds = bound.flatMap { bound -> Bool? in
      if findings.isEmpty { return false }
      let deciding = findings.filter { $0.decides(bound) }
      if deciding.isEmpty { return nil }
      return deciding.allSatisfy { relation == .atMost ? $0.value <= bound : $0.value == bound }
    }
    self.init(
      claim: claim, router: router, quantity: quantity, setting: setting, findings: findings, bound: bound,
      measured: findings.map(\.value).worst(), holds: holds)
  }

  /// States an empirical measure: nothing that could hold or not.
  ///
  /// - Parameters:
  ///   - claim: The number of the claim, if it belongs to one.
  ///   - router: The router.
  ///   - quantity: What is measured.
  ///   - setting: Where.
  ///   - measured: The number.
  ///   - findings: The numbers of which it is made, if any.
  public init(
    _ claim: Int?, _ router: String, _ quantity: String, _ setting: String = "", measured: Double,
    of findings: [Finding] = []
  ) {
    self.init(
      claim: claim, router: router, quantity: quantity, setting: setting, findings: findings, bound: nil,
      measured: measured, holds: nil)
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
    ClaimResult(
      claim: claim, router: router, quantity: quantity, setting: setting,
      findings: zip(findings, other.findings).map { .worst(of: [$0, $1], bound: bound) },
      bound: bound, measured: [measured, other.measured].worst(),
      holds: holds.map { $0 && other.holds ?? true } ?? other.holds)
  }

  private init(
    claim: Int?, router: String, quantity: String, setting: String, findings: [Finding], bound: Double?,
    measured: Double, holds: Bool?
  ) {
    self.claim = claim
    self.router = router
    self.quantity = quantity
    self.setting = setting
    self.findings = findings
    self.bound = bound
    self.measured = measured
    self.holds = holds
  }
}

extension ClaimResult: Encodable {
  private enum CodingKeys: String, CodingKey {
    case claim, router, statement, quantity, setting, bound, measured, holds, findings, undecided
  }

  /// Writes the result; `claim`, `bound` and `holds` only where there are any, `undecided` where a way is too coarse for the
  /// bound, `null` for a number that is not finite.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    /// JSON has no NaN and no infinity.
    func writable(_ number: Double) -> Double? { number.isFinite ? number : nil }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(claim, forKey: .claim)
    try container.encode(router, forKey: .router)
    try container.encode(statement, forKey: .statement)
    try container.encode(quantity, forKey: .quantity)
    try container.encode(setting, forKey: .setting)
    try container.encodeIfPresent(bound, forKey: .bound)
    try container.encode(writable(measured), forKey: .measured)
    try container.encodeIfPresent(holds, forKey: .holds)
    let undecided = bound.map { bound in findings.filter { !$0.decides(bound) }.map(\.way) } ?? []
    if !undecided.isEmpty { try container.encode(undecided, forKey: .undecided) }
    if !findings.isEmpty {
      try container.encode(
        Dictionary(findings.map { ($0.way, writable($0.value)) }) { first, _ in first }, forKey: .findings)
    }
  }
}
