import Experiments
import Jacobian
import Report
import Tables

/// What a comparison or a suite found, in a few sentences.
struct ComparisonFindings {
  /// Pairs of more variants make a sentence that nobody reads.
  private static let mostVariants = 4

  private let parts: [ReportedPart]

  init(_ directory: ReportedDirectory) { parts = directory.parts.filter { !$0.results.isEmpty } }

  /// Differences of a few variants; verdicts counted, or means, of more; nil if nothing was measured.
  var sentence: String? {
    guard let first = parts.first else { return nil }
    if parts.count == 1, first.variants.count <= Self.mostVariants {
      let findings = first.finished.summary
      if !findings.isEmpty { return findings.joined(separator: " ") }
    }
    return verdicts ?? openAnswers ?? means(first)
  }

  /// How many statements about what the paper leaves open are right; nil if none was judged.
  private var openAnswers: String? {
    let answers = parts.compactMap { OpenReport($0, prefix: "") }.flatMap(\.findings)
    guard !answers.isEmpty else { return nil }
    return "\(Numeral.count(answers.count)) statements about what the paper leaves open: \(Finding.counted(answers))."
  }

  /// How many verdicts say what; nil if there is none.
  private var verdicts: String? {
    let judged = parts.filter(\.isJudged).flatMap { PaperClaims.findings($0.finished) }.filter { $0.verdict != nil }
    guard !judged.isEmpty else { return nil }
    return
      "\(Numeral.count(Set(judged.map(\.id)).count)) of the paper's claims in \(Numeral.count(judged.count)) verdicts: "
      + Finding.counted(judged) + "."
  }

  /// The lowest and the highest mean.
  private func means(_ part: ReportedPart) -> String? {
    let report = PartReport(part: part, prefix: "", suffix: "")
    let means = part.variants.compactMap { variant in
      report.mean(variant) { $0.best?.bitsPerCharacter }.map { (variant: variant, bits: $0) }
    }
    guard let low = means.min(by: { $0.bits < $1.bits }), let high = means.max(by: { $0.bits < $1.bits }) else {
      return nil
    }
    let rest = means.count == 1 ? "" : ", \(high.variant) highest, \(Numeral.value(high.bits))"
    return "On the test part, at the k that validation chose: \(low.variant)\(means.count == 1 ? "" : " is lowest,") "
      + "\(Numeral.value(low.bits)) \(part.unit)\(rest). \(report.overSeeds(nil, of: report.isMeasured))"
  }
}
