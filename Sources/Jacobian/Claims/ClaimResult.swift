import RunFiles

/// One measured line of the Jacobian comparison: a claim of the paper, a bound, and what was found.
package struct ClaimResult: Codable, Described, Sendable {
  package static let words = "claim_result: one measured line; levels are what chance would give"
  @OrNull package private(set) var claim: Claim?  // nil for collapse, which is measured beside the claims
  package private(set) var router = ""  // What routes
  package let quantity: String  // What is measured
  package let setting: ClaimSetting  // Where: k, the layer, the step; may be empty
  package let statement: String  // The quantity and its setting
  package private(set) var findings: [Finding]  // The same number found several ways; empty if there is one way only
  @OrNull package private(set) var bound: Double?  // What findings must respect; nil for an empirical measure
  package private(set) var relation = Relation.atMost  // How findings must compare with the bound
  /// The chance baseline of the same number, and how that is reckoned; empty where chance says nothing.
  package private(set) var levels: [Level]
  @NullIfNotFinite package private(set) var measured: Double  // The worst of the findings
  /// Whether every finding that decides respects the bound; nil for an empirical measure, and where no finding decides.
  @OrNull package private(set) var holds: Bool?

  private enum CodingKeys: CodingKey {
    case claim, router, quantity, setting, statement, findings, bound, levels, measured, holds
  }

  /// Compares findings with the bound of a theorem, which need at least one then; without a bound states a measure.
  ///
  /// What was measured is the worst of the findings unless it is given.
  package init(
    _ claim: Claim?, _ quantity: String, _ setting: ClaimSetting = ClaimSetting(), found findings: [Finding] = [],
    _ relation: Relation = .atMost, bound: Double? = nil, measured: Double? = nil, levels: [Level] = []
  ) {
    let deciding = bound.map { bound in findings.filter { $0.decides(bound, relation) } } ?? []
    self.quantity = quantity
    self.setting = setting
    statement = [quantity, setting.description].filter { !$0.isEmpty }.joined(separator: ", ")
    self.findings = findings.map { $0.judged(bound, relation) }
    self.levels = levels
    _measured = NullIfNotFinite(wrappedValue: measured ?? relation.worst(of: findings.map(\.value)))
    self.claim = claim
    self.bound = bound
    self.relation = relation
    holds = bound.flatMap { bound in
      if findings.isEmpty { return false }
      return deciding.isEmpty ? nil : deciding.allSatisfy { relation.isRespected(by: $0.value, bound) }
    }
  }

  /// The same, of a router.
  func of(_ router: String) -> ClaimResult {
    var copy = self
    copy.router = router
    return copy
  }

  /// Joins results that differ only in the layer: the worst finding of each way stands for all layers.
  ///
  /// One result for each claim, router, statement and bound is left, in the order of their first occurrence.
  package static func worst(of results: [ClaimResult]) -> [ClaimResult] {
    func isSame(_ a: ClaimResult, _ b: ClaimResult) -> Bool {
      a.claim == b.claim && a.router == b.router && a.statement == b.statement && a.bound == b.bound
    }
    return results.reduce(into: []) { joined, result in
      guard let index = joined.firstIndex(where: { isSame($0, result) }) else { return joined.append(result) }
      joined[index] = joined[index].joined(with: result)
    }
  }

  private func joined(with other: ClaimResult) -> ClaimResult {
    /// The names of what both sides have, and of what only one side has.
    func ways<Item>(_ a: [Item], _ b: [Item], _ way: (Item) -> String) -> [(way: String, items: [Item])] {
      let names = a.map(way) + b.map(way).filter { name in !a.contains { way($0) == name } }
      return names.map { name in (name, (a + b).filter { way($0) == name }) }
    }
    var joined = self
    joined.findings = ways(findings, other.findings, \.way).map {
      Finding.worst(of: $0.items, $0.way, bound: bound, relation).judged(bound, relation)
    }
    joined.levels = ways(levels, other.levels, \.way).map { Level($0.way, relation.worst(of: $0.items.map(\.value))) }
    joined.measured = relation.worst(of: [measured, other.measured])
    joined.holds = holds.map { $0 && other.holds ?? true } ?? other.holds
    return joined
  }

  /// How a measured number must compare with its bound.
  package enum Relation: Sendable {
    case atMost
    case atLeast
    case exactly

    /// Whether a number compares with a bound as it must; what is not a number does not.
    func isRespected(by value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atMost: value <= bound
      case .atLeast: value >= bound
      case .exactly: value == bound
      }
    }

    /// The number that is furthest on the wrong side; NaN if any is, and if there is none.
    func worst(of values: [Double]) -> Double {
      self == .atLeast ? -values.map { -$0 }.worst() : values.worst()
    }
  }

  /// The chance baseline of a number.
  package struct Level: Codable, Described, Sendable {
    package static let words = "level: the chance baseline of a number"
    package let way: String  // How it is reckoned
    @NullIfNotFinite package private(set) var value: Double

    init(_ way: String, _ value: Double) {
      self.way = way
      _value = NullIfNotFinite(wrappedValue: value)
    }
  }

  /// A number found one way, where a claim is checked several ways.
  package struct Finding: Codable, Described, Sendable {
    package static let words = "finding: a number, found in one way; decides: whether that is fine enough for the bound"
    package let way: String  // A ``Way``, which two of them are compared, or a moment
    @NullIfNotFinite package private(set) var value: Double
    /// What of the number may be the error of the way itself, by its own estimate; 0 for rounding alone, infinite for a
    /// number that says nothing because nothing was measured.
    package private(set) var resolution = 0.0
    /// Whether the way is fine enough for the result's bound; nil where there is none.
    @OrNull package private(set) var decides: Bool?

    private enum CodingKeys: CodingKey { case way, value, decides }

    init(_ way: String, _ value: Double, resolution: Double = 0) {
      self.way = way
      self.resolution = resolution
      _value = NullIfNotFinite(wrappedValue: value)
    }

    /// Whether the number says something about a bound.
    ///
    /// It does if it respects the bound, or misses it by more than ten times the way's own error. A number that is not one
    /// always does: it refutes.
    func decides(_ bound: Double, _ relation: Relation = .atMost) -> Bool {
      if value.isNaN { return true }
      if resolution == .infinity { return false }
      return relation.isRespected(by: value, bound) || !(abs(value - bound) <= 10 * resolution)
    }

    fileprivate func judged(_ bound: Double?, _ relation: Relation) -> Finding {
      var copy = self
      copy.decides = bound.map { decides($0, relation) }
      return copy
    }

    /// Joins findings of one way, say of several tokens: the worst of those that decide about a bound; of all, if none does
    /// or there is no bound; of none NaN, for which no bound holds.
    static func worst(
      of findings: [Finding], _ way: String, bound: Double?, _ relation: Relation = .atMost
    ) -> Finding {
      let deciding = bound.map { bound in findings.filter { $0.decides(bound, relation) } } ?? findings
      let candidates = deciding.isEmpty ? findings : deciding
      let worst =
        candidates.first { $0.value.isNaN }
        ?? candidates.max { relation == .atLeast ? $0.value > $1.value : $0.value < $1.value }
      guard let worst else { return Finding(way, .nan) }
      return Finding(way, worst.value, resolution: worst.resolution)
    }
  }
}

/// Where a number of the Jacobian comparison was found: empty, or some of what follows.
package struct ClaimSetting: Codable, Described, Hashable, Sendable {
  package static let words = """
    claim_setting: where a number was found; null for what it does not depend on
    last_step: of the steps looked at; the first is 0
    fixed_rank: N−1
    switched_units, regions: F and R, of 𝓗
    """

  /// Which measurement it belongs to, if it is not that of a model as it is.
  @OrNull package internal(set) var part: Part? = nil
  @OrNull package internal(set) var layer: Int? = nil  // The layer, counted from 0
  @OrNull package internal(set) var lastStep: Int? = nil  // The last of the steps that were looked at; the first is 0
  @OrNull package internal(set) var embeddingWidth: Int? = nil  // m
  @OrNull package internal(set) var fixedRank: Int? = nil  // N−1: the most dimensions of a fixed router's terms
  @OrNull package internal(set) var snapshots: Int? = nil  // At how many steps
  @OrNull package internal(set) var draws: Int? = nil  // How many embeddings were drawn
  @OrNull package internal(set) var k: Int? = nil
  @OrNull package internal(set) var switchedUnits: Int? = nil  // F: units of 𝓗 that switched
  @OrNull package internal(set) var regions: Int? = nil  // R: regions of 𝓗 that were visited
  @OrNull package internal(set) var tokens: Int? = nil  // How many tokens were looked at
  @OrNull package internal(set) var seeds: Int? = nil  // How many trainings were

  package enum Part: String, CaseIterable, Codable, Sendable {
    case curve  // The curve of ranks against m
  }

  package init(part: Part? = nil, layer: Int? = nil, k: Int? = nil) {
    self.part = part
    self.layer = layer
    self.k = k
  }

  /// The same with something more.
  func with<Value>(_ key: WritableKeyPath<ClaimSetting, Value?>, _ value: Value?) -> ClaimSetting {
    var copy = self
    copy[keyPath: key] = value
    return copy
  }
}

extension ClaimSetting: CustomStringConvertible {
  /// "steps 0–60, 7 snapshots, k = 2".
  package var description: String {
    let steps = lastStep.map { $0 == 0 ? "step 0" : "steps 0–\($0)" }
    let words: [String?] = [
      part?.rawValue, steps, fixedRank.map { "N−1 = \($0)" }, embeddingWidth.map { "m = \($0)" },
      snapshots.map { "\($0) snapshots" }, draws.map { "\($0) draws" }, k.map { "k = \($0)" },
      layer.map { "layer \($0)" },
      switchedUnits.map { "F = \($0)" }, regions.map { "R = \($0)" }, tokens.map { "of \($0)" },
      seeds.map { $0 == 1 ? "1 seed" : "\($0) seeds" },
    ]
    return words.compactMap { $0 }.joined(separator: ", ")
  }
}

/// A number that JSON has null for where it is not finite; read back as NaN.
@propertyWrapper
package struct NullIfNotFinite: Codable, Sendable {
  package var wrappedValue: Double

  package init(wrappedValue: Double) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Double?.self) ?? .nan
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue.isFinite ? wrappedValue : nil)
  }
}
