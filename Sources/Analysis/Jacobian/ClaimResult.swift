/// One measured line of the Jacobian comparison: a claim of the paper, a bound, and what was found.
public struct ClaimResult: Sendable {
  /// A number found one way, where a claim is checked several ways.
  public struct Finding: Sendable {
    /// "closed form", "autodiff", "differences", or which two of them are compared.
    public let way: String
    /// The number.
    public let value: Double

    /// Names a number.
    ///
    /// - Parameters:
    ///   - way: How it was found.
    ///   - value: The number.
    public init(_ way: String, _ value: Double) {
      self.way = way
      self.value = value
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
  /// Whether every finding respects the bound, computed; nil for an empirical measure.
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
  ///   - bound: The bound.
  public init(
    _ claim: Int, _ router: String, _ quantity: String, _ setting: String = "", found findings: [Finding],
    _ relation: Relation = .atMost, bound: Double
  ) {
    self.claim = claim
    self.router = router
    self.quantity = quantity
    self.setting = setting
    self.findings = findings
    self.bound = bound
    measured = findings.reduce(-.infinity) { $1.value.isNaN ? .nan : max($0, $1.value) }
    holds =
      !findings.isEmpty
      && findings.allSatisfy { relation == .atMost ? $0.value <= bound : $0.value == bound }
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
    self.claim = claim
    self.router = router
    self.quantity = quantity
    self.setting = setting
    self.findings = findings
    self.measured = measured
    bound = nil
    holds = nil
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
      findings: zip(findings, other.findings).map { Finding($0.way, Self.larger($0.value, $1.value)) },
      bound: bound, measured: Self.larger(measured, other.measured),
      holds: holds.flatMap { own in other.holds.map { own && $0 } })
  }

  /// The larger of two numbers; NaN if one of them is.
  private static func larger(_ a: Double, _ b: Double) -> Double { b.isNaN ? b : max(a, b) }

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
    case claim, router, statement, bound, measured, holds, findings
  }

  /// Writes the result; `claim`, `bound` and `holds` only where there are any, `null` for a number that is not finite.
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
    try container.encodeIfPresent(bound, forKey: .bound)
    try container.encode(writable(measured), forKey: .measured)
    try container.encodeIfPresent(holds, forKey: .holds)
    if !findings.isEmpty {
      try container.encode(
        Dictionary(findings.map { ($0.way, writable($0.value)) }) { first, _ in first }, forKey: .findings)
    }
  }
}
