import RunFiles
import Tables

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

  /// What stands in a rule for the label of one of several differences.
  static let rival = "rival"

  /// One of the differences: its label where there are several, and how it is found; nil if something is missing.
  typealias Part = (label: String, difference: @Sendable (FinishedRuns) -> PairedDifference?)

  /// Which question it is, in every text and language.
  let id: String
  let statement: String
  /// What has to be above 0, in words.
  let rule: String
  let quantity: Quantity
  /// The statement in a few words; the whole if nil.
  var label: String?
  /// How near to 0 is as good as nothing, of a claim; nil of what is exploratory.
  var equivalenceMargin: Double?
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

  /// From runs to what was measured, without a verdict.
  package func finding(in runs: FinishedRuns) -> Finding {
    let found = parts.compactMap { part in
      part.difference(runs).map { Finding.Measured(label: part.label, difference: $0) }
    }
    return Finding(self, measured: found.count == parts.count ? found : [], missing: missing(in: runs))
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
    statement_finding: a statement beside what was measured
    rule: what is above 0 if it is right
    equivalence_margin: how near to 0 is as good as nothing; null of what is exploratory
    judgement: null of what is exploratory, for one seed, and where all seeds' differences are the same number
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
  /// What has to be above 0.
  package let rule: String
  package let quantity: Question.Quantity
  /// The statement in a few words.
  package let label: String
  /// What the rule asks for; none if something was not measured.
  package let measured: [Measured]
  /// Of a claim; nil of what is exploratory.
  @OrNull package private(set) var equivalenceMargin: Double?
  /// As one of a family of claims; nil of what is exploratory, and where nothing can be said.
  @OrNull package internal(set) var judgement: Judgement?
  /// What was not measured; nil if all was.
  @OrNull package private(set) var missing: String?

  fileprivate init(_ question: Question, measured: [Measured], missing: String) {
    (id, statement, rule, quantity) = (question.id, question.statement, question.rule, question.quantity)
    label = question.label ?? question.statement
    self.measured = measured
    equivalenceMargin = question.equivalenceMargin
    self.missing = measured.isEmpty ? missing : nil
  }

  /// That of several differences whose p is the largest; nil where nothing was measured.
  package var counted: Measured? { measured.max { ($0.difference.pValue ?? 1) < ($1.difference.pValue ?? 1) } }

  /// What is compared, the rival that counts by its name.
  var comparison: String {
    counted.map { $0.label.isEmpty ? rule : rule.replacing(Question.rival, with: $0.label) } ?? rule
  }

  /// The verdict in words, with what limits it; empty of what is exploratory.
  package var words: String {
    if let missing { return "not measured: \(missing)" }
    if equivalenceMargin == nil { return "" }
    guard let judgement else {
      let isAlone = measured.allSatisfy { $0.difference.differences.count < 2 }
      return "no verdict: \(isAlone ? "one seed" : "all seeds have the same difference")"
    }
    return judgement.verdict.rawValue
      + (judgement.verdict == .equivalent && judgement.isSignificant ? ", difference \(numbers)" : "")
  }

  /// The verdict for a narrow column; a star says that something equivalent is significant.
  var shortVerdict: String {
    guard let judgement else { return equivalenceMargin == nil ? "exploratory" : "no verdict" }
    return judgement.verdict.rawValue + (judgement.verdict == .equivalent && judgement.isSignificant ? "*" : "")
  }

  /// The differences with their 95 % intervals and the unit; empty where there are none.
  package var numbers: String {
    guard !measured.isEmpty else { return "" }
    let all = measured.map { ($0.label.isEmpty ? "" : "\($0.label): ") + $0.difference.estimate.text(digits: 3) }
    return all.joined(separator: "; ") + " \(quantity.unit)"
  }

  /// The statement, what was found of it, and by how much.
  package var sentence: String {
    let found = [words, judgement?.verdict == .equivalent && judgement?.isSignificant == true ? "" : numbers]
    return statement + ": " + found.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

extension [String] {
  /// "a", "a and b", "a, b and c".
  package var listed: String { count < 2 ? joined() : dropLast().joined(separator: ", ") + " and \(self[count - 1])" }
}
