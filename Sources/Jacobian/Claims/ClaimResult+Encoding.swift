import RunFiles

extension ClaimResult: Encodable {
  private enum CodingKeys: CodingKey {
    case claim, router, statement, quantity, setting, bound, measured, holds, findings, levels
  }

  /// Writes the result; null where there is no claim, bound or verdict, and for a number that is not finite.
  public func encode(to encoder: any Encoder) throws {
    /// JSON has no NaN and no infinity.
    func writable(_ number: Double) -> Double? { number.isFinite ? number : nil }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(claim, forKey: .claim)
    try container.encode(router, forKey: .router)
    try container.encode(statement, forKey: .statement)
    try container.encode(quantity, forKey: .quantity)
    try container.encode(setting, forKey: .setting)
    try container.encode(bound, forKey: .bound)
    try container.encode(writable(measured), forKey: .measured)
    try container.encode(holds, forKey: .holds)
    let found = findings.map { finding in
      WrittenFinding(
        way: finding.way, value: writable(finding.value), decides: bound.map { finding.decides($0, relation) })
    }
    try container.encode(found, forKey: .findings)
    try container.encode(levels.map { WrittenLevel(way: $0.way, value: writable($0.value)) }, forKey: .levels)
  }

  /// A number and how it was found.
  private struct WrittenFinding: Encodable {
    let way: String
    @OrNull var value: Double?
    /// Whether the way is fine enough for the bound; null where there is none.
    @OrNull var decides: Bool?
  }

  /// What a number would be by chance, and how that is reckoned.
  private struct WrittenLevel: Encodable {
    let way: String
    @OrNull var value: Double?
  }
}
