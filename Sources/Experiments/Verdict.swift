import RunFiles

/// What intervals say about a statement: one rule for all, written down before any number was looked at.
///
/// A statement says that some differences are above 0. It *agrees* with the measurement if every difference's 95 % interval lies
/// above 0, it *disagrees* if one of them lies below 0, and is *inconclusive* otherwise; one seed decides nothing.
package enum Verdict: String, CaseIterable, Codable, Sendable {
  case agrees, disagrees, inconclusive

  /// Judges at least one difference.
  package init(_ differences: [PairedDifference]) {
    precondition(!differences.isEmpty, "Verdict: nothing was compared")
    let intervals = differences.map(\.interval)
    if intervals.contains(where: { $0.map { $0.upperBound < 0 } ?? false }) {
      self = .disagrees
    } else if intervals.allSatisfy({ $0.map { $0.lowerBound > 0 } ?? false }) {
      self = .agrees
    } else {
      self = .inconclusive
    }
  }

  /// The rule, for a reader.
  package static let rule =
    "agrees: the 95 % interval, paired by seed, of every difference that the statement says to be above 0 lies above 0; "
    + "disagrees: one lies below; inconclusive: otherwise"
}

/// A question to finished runs: a statement, and the differences that are above 0 if it is right.
///
/// Choices are made on the validation part, figures are of the test part.
package struct Question: Sendable {
  /// What a difference is counted in; questions with one quantity share a chart.
  package struct Quantity: Hashable, Codable, Described, Sendable {
    package static let words = "quantity: what differences are counted in; findings with the same id share a chart"
    package let id: String
    package let title: String
    package let unit: String

    /// - Parameter title: What a chart asks; the unit unless given.
    init(_ id: String? = nil, title: String? = nil, unit: String) {
      self.id = id ?? String(unit.map { $0.isASCII && $0.isLetter ? $0 : "-" })
      self.title = title ?? "Differences: \(unit)"
      self.unit = unit
    }
  }

  /// One of the differences: its label where there are several, and how it is found; nil if something is missing.
  typealias Part = (label: String, difference: @Sendable (FinishedRuns) -> PairedDifference?)

  /// Which question it is, in every text and language.
  let id: String
  let statement: String
  /// What has to be above 0, in words.
  let rule: String
  let quantity: Quantity
  /// What is compared, in a few words, for a chart; the statement if nil.
  var label: String?
  /// The variants that it is about.
  let variants: [String]
  /// What is missing where all variants have the same seeds, and yet a run has no such measure.
  var lack = "a run has no such measure"
  let parts: [Part]

  init(
    _ id: String, _ statement: String, _ rule: String, _ quantity: Quantity, of variants: [String], parts: [Part]
  ) {
    (self.id, self.statement, self.rule, self.quantity) = (id, statement, rule, quantity)
    (self.variants, self.parts) = (variants, parts)
  }

  /// A question about f(a) − f(b).
  init(
    _ id: String, _ statement: String, _ rule: String, unit: String, _ a: String, minus b: String,
    _ value: @escaping @Sendable (RouterResult) -> Double?
  ) {
    self.init(
      id, statement, rule, Quantity(unit: unit), of: [a, b], parts: [("", { $0.difference(a, b, value) })])
  }

  /// A question about a difference within each run of a variant.
  init(
    _ id: String, _ statement: String, _ rule: String, unit: String, within variant: String,
    _ value: @escaping @Sendable (RouterResult) -> Double?
  ) {
    self.init(
      id, statement, rule, Quantity(unit: unit), of: [variant], parts: [("", { $0.values(of: variant, value) })])
  }

  /// From runs to a verdict: the one way; `conditions` are what the variants have in common, where there are several sets of them.
  package func judged(by runs: FinishedRuns, conditions: String = "") -> Finding {
    let found = parts.compactMap { part in
      part.difference(runs).map { Finding.Measured(label: part.label, difference: $0) }
    }
    return Finding(self, conditions, measured: found.count == parts.count ? found : [], missing: missing(in: runs))
  }

  private func missing(in runs: FinishedRuns) -> String {
    let absent = variants.filter { runs[$0].isEmpty }
    if !absent.isEmpty { return "\(absent.listed) \(absent.count == 1 ? "is" : "are") needed" }
    let seeds = variants.map { Set(runs[$0].map(\.seed)) }
    let all = seeds.reduce(Set()) { $0.union($1) }
    for (variant, own) in zip(variants, seeds) where own != all {
      return "\(variant) has no result of seed \(all.subtracting(own).sorted().map(String.init).listed) yet"
    }
    return lack
  }
}

/// A statement beside what was measured: the same value for the terminal, JSON and the page.
package struct Finding: Codable, Described, Sendable {
  package static let words = """
    judgement: a statement beside what was measured
    conditions: published or matched; empty where there is one set of runs
    rule: what has to be above 0
    verdict: null if something is missing
    """

  /// One difference.
  package struct Measured: Codable, Described, Sendable {
    package static let words = "measured: one of the differences that a rule asks for"
    /// Which of several; empty for a single one.
    package let label: String
    package let difference: PairedDifference
  }

  /// Of the question.
  package let id: String
  package let statement: String
  /// What the compared runs have in common; empty where there is one set of runs only.
  package let conditions: String
  /// What has to be above 0.
  package let rule: String
  package let quantity: Question.Quantity
  /// What is compared, in a few words.
  package let label: String
  /// What the rule asks for; none if something was not measured.
  package let measured: [Measured]
  /// nil if something was not measured.
  @OrNull package private(set) var verdict: Verdict?
  /// What was not measured; nil if all was.
  @OrNull package private(set) var missing: String?

  fileprivate init(_ question: Question, _ conditions: String, measured: [Measured], missing: String) {
    (id, statement, rule, quantity) = (question.id, question.statement, question.rule, question.quantity)
    label = question.label ?? question.statement
    self.conditions = conditions
    self.measured = measured
    verdict = measured.isEmpty ? nil : Verdict(measured.map(\.difference))
    self.missing = measured.isEmpty ? missing : nil
  }

  /// The verdict in words, with what limits it.
  package var words: String {
    guard let verdict else { return "not measured: \(missing ?? "")" }
    return verdict.rawValue + (measured.contains { $0.difference.halfWidth == nil } ? ": one seed" : "")
  }

  /// The differences with their 95 % intervals and the unit; empty where there are none.
  package var numbers: String {
    guard !measured.isEmpty else { return "" }
    let all = measured.map { ($0.label.isEmpty ? "" : "\($0.label): ") + $0.difference.estimate.text(digits: 3) }
    return all.joined(separator: "; ") + " \(quantity.unit)"
  }

  /// The statement, whether it is right, and by how much.
  package var sentence: String {
    statement + (conditions.isEmpty ? "" : " (\(conditions) conditions)") + ": \(words)"
      + (numbers.isEmpty ? "" : ", \(numbers)")
  }

  /// How many findings say what.
  package static func counted(_ findings: [Finding]) -> String {
    func count(_ verdict: Verdict) -> Int { findings.count { $0.verdict == verdict } }
    return "\(count(.agrees)) agree, \(count(.disagrees)) disagree, \(count(.inconclusive)) are inconclusive"
  }
}

extension [String] {
  /// "a", "a and b", "a, b and c".
  package var listed: String { count < 2 ? joined() : dropLast().joined(separator: ", ") + " and \(self[count - 1])" }
}
