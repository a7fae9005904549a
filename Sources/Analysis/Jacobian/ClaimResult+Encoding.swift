extension ClaimResult: Encodable {
  private enum CodingKeys: String, CodingKey {
    case claim, router, statement, quantity, setting, bound, measured, holds, findings, undecided, levels
  }

  /// Writes the result; `claim`, `bound`, `holds` and `levels` only where there are any, `undecided` where a way is too
  /// coarse for the bound, `null` for a number that is not finite.
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
    let undecided = bound.map { bound in findings.filter { !$0.decides(bound, relation) }.map(\.way) } ?? []
    if !undecided.isEmpty { try container.encode(undecided, forKey: .undecided) }
    func encode(_ findings: [Finding], _ key: CodingKeys) throws {
      if findings.isEmpty { return }
      try container.encode(
        Dictionary(findings.map { ($0.way, writable($0.value)) }) { first, _ in first }, forKey: key)
    }
    try encode(findings, .findings)
    try encode(levels, .levels)
  }
}
