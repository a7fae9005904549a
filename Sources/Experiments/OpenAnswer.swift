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
  public let verdict: Verdict

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
    verdict = Verdict([difference])
  }
}
