import RunFiles
import Tables

/// What a test says about a claim, which is that a difference is above 0.
package enum Verdict: String, CaseIterable, Codable, Sendable {
  /// Significant, and above 0.
  case supported
  /// Significant, and below 0.
  case contradicted
  /// Nearer to 0 than the margin, whether significant or not.
  case equivalent
  /// None of these.
  case inconclusive
}

/// A claim tested as one of a family.
///
/// Of a claim about several rivals the largest p counts, 1 where they differ in the sign; it is equivalent if it is so for all.
package struct Judgement: Codable, Described, Sendable {
  package static let words = """
    judgement: a claim tested as one of several
    p: two-sided, Student's t, paired by seed; of several rivals the largest, 1 if the signs differ
    p_holm: Holm's correction of p among all claims
    smallest_detectable: the effect that four in five such experiments would have found significant as one of several
    """

  /// The chance of any significant claim in a family where nothing is there.
  package static let level = 0.05

  package let p: Double
  package let pHolm: Double
  package let smallestDetectable: Double
  package let verdict: Verdict

  /// Judges differences that have a p each.
  fileprivate init?(_ differences: [PairedDifference], pHolm: Double, margin: Double, among tests: Int) {
    guard let p = differences.pValue, let counted = differences.max(by: { ($0.pValue ?? 1) < ($1.pValue ?? 1) }),
      let detectable = counted.smallestDetectable(amongTests: tests)
    else { return nil }
    (self.p, self.pHolm, smallestDetectable) = (p, pHolm, detectable)
    verdict =
      if differences.allSatisfy({ $0.isEquivalent(within: margin) == true }) {
        .equivalent
      } else if pHolm < Self.level {
        differences[0].mean > 0 ? .supported : .contradicted
      } else {
        .inconclusive
      }
  }

  /// Whether a claim that is equivalent differs from 0 all the same.
  package var isSignificant: Bool { pHolm < Self.level }
}

extension [PairedDifference] {
  /// The largest p of all, 1 where they differ in the sign; nil where one has none.
  fileprivate var pValue: Double? {
    let all = compactMap(\.pValue)
    guard all.count == count, let largest = all.max() else { return nil }
    return Set(map { $0.mean > 0 }).count == 1 ? largest : 1
  }
}

extension [Finding] {
  /// A family of claims with their verdicts: Holm's correction over all that have a margin, those without a p included.
  package func judged() -> [Finding] {
    let family = indices.filter { self[$0].equivalenceMargin != nil }
    let adjusted = holmAdjusted(family.map { self[$0].measured.map(\.difference).pValue ?? 1 })
    var judged = self
    for (place, pHolm) in zip(family, adjusted) {
      guard let margin = self[place].equivalenceMargin else { continue }
      judged[place].judgement = Judgement(
        self[place].measured.map(\.difference), pHolm: pHolm, margin: margin, among: family.count)
    }
    return judged
  }

  /// Claims beside what was measured, and exploratory differences without a verdict.
  package func table(_ title: String) -> Table {
    let isJudged = contains { $0.equivalenceMargin != nil }
    func number(_ value: Double?) -> Table.Cell { .optional(value, digits: 3) }
    func p(_ value: Double?) -> Table.Cell {
      value.map { $0 < 0.001 ? .text("< 0.001") : .number($0, digits: 3) } ?? .missing
    }
    return Table(
      title,
      columns: [.text(isJudged ? "claim" : "statement"), .number("difference", digits: 3), .text("unit")]
        + (isJudged
          ? [.number("p, Holm"), .number("smallest detectable"), .text("verdict"), .text("what is compared")] : []),
      rows: map { finding in
        let (counted, judgement) = (finding.counted, finding.judgement)
        return [
          .text(isJudged ? finding.label : finding.statement), .estimated(counted?.difference.estimate),
          .text(finding.quantity.unit),
        ]
          + (isJudged
            ? [
              p(judgement?.pHolm), number(judgement?.smallestDetectable), .text(finding.shortVerdict),
              .text(finding.comparison),
            ] : [])
      },
      notes: [
        "± half-width of the uncorrected 95 % interval, paired by seed, Student's t; above 0 the "
          + "\(isJudged ? "claim" : "statement") is right."
          + (isJudged ? "" : " Exploratory: no verdict.")
      ] + (isJudged ? notes : []))
  }

  /// What stands under a table of claims.
  private var notes: [String] {
    let margins = filter { $0.equivalenceMargin != nil }.map { finding in
      Estimate(finding.equivalenceMargin ?? 0).text(digits: 2, unit: finding.quantity.unit)
    }.distinct
    return [
      "Supported or contradicted: p < \(Judgement.level) after Holm's correction over the \(count { $0.equivalenceMargin != nil }) claims, "
        + "two-sided. Equivalent: the 90 % interval lies within ± \(margins.joined(separator: ", ")); with * it differs from 0 "
        + "significantly. Smallest detectable: what four in five such experiments would have found."
    ] + compactMap { finding in finding.judgement == nil && finding.equivalenceMargin != nil ? finding.sentence : nil }
  }
}
