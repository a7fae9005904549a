/// An answer to a question that the paper leaves open: a statement, the difference that decides it, and what it decides.
///
/// Which statements were written before their part was run is said in the article OpenQuestions. Choices are made on the validation part, figures are of the test part;
/// ``Verdict`` turns intervals into words.
public struct OpenAnswer: Encodable, Sendable {
  /// What may be right.
  public let statement: String
  /// What has to be above 0 for it to be right, in words.
  public let rule: String
  /// What the difference is counted in.
  public let unit: String
  /// One value for each seed.
  public let difference: PairedDifference
  /// Whether the statement is right.
  public var verdict: Verdict { Verdict([difference]) }

  /// The names in JSON.
  enum CodingKeys: String, CodingKey { case statement, rule, unit, verdict, difference }

  /// Answers a question; nil if nothing was compared.
  ///
  /// - Parameters:
  ///   - statement: What may be right.
  ///   - rule: What has to be above 0.
  ///   - unit: What the difference is counted in.
  ///   - difference: What was found; nil if something is missing.
  init?(_ statement: String, _ rule: String, unit: String, _ difference: PairedDifference?) {
    guard let difference else { return nil }
    self.statement = statement
    self.rule = rule
    self.unit = unit
    self.difference = difference
  }

  /// Writes the answer with its verdict.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(statement, forKey: .statement)
    try container.encode(rule, forKey: .rule)
    try container.encode(unit, forKey: .unit)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(difference, forKey: .difference)
  }
}
