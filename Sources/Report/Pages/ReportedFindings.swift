import Experiments
import Tables

/// Findings as a page shows them: a line each, and a chart for each quantity.
struct ReportedFindings {
  let findings: [Finding]
  /// What the ids of charts begin with.
  let prefix: String

  var lines: [VerdictLine] {
    findings.map { finding in
      VerdictLine(
        claim: finding.statement + (finding.conditions.isEmpty ? "" : " (\(finding.conditions) conditions)"),
        verdict: finding.verdict, words: finding.words, numbers: finding.numbers,
        chart: finding.verdict == nil ? nil : prefix + finding.quantity.id)
    }
  }

  /// One chart of differences for each quantity.
  var figures: [Block.Figure] {
    findings.filter { $0.verdict != nil }.map(\.quantity).distinct.map { quantity in
      let rows = findings.filter { $0.quantity == quantity }.flatMap { finding in
        finding.measured.map { measured in
          IntervalRow(
            label: [finding.label, measured.label, finding.conditions].filter { !$0.isEmpty }.joined(separator: ", "),
            mean: measured.difference.mean, interval: measured.difference.interval)
        }
      }
      return Block.Figure(
        prefix + quantity.id,
        IntervalChart(title: quantity.title, x: Axis(label: "difference", unit: quantity.unit), rows: rows),
        caption: "Right of 0 the statement is right."
          + (rows.contains { $0.interval != nil } ? " 95 % intervals." : ""))
    }
  }

  /// What the statements ask for, for those who want to know exactly.
  var rules: Block {
    var ids: Set<String> = []
    let rows = findings.filter { ids.insert($0.id).inserted }.map { [Table.Cell.text($0.statement), .text($0.rule)] }
    return .details(
      summary: "What each statement says to be above 0",
      [.table(Table("Rules", headings: ["statement", "has to be above 0"], rows: rows))])
  }

  /// The paper's claims, judged by the runs of a part; `places` says where, if there are several.
  static func claims(of part: ReportedPart, in places: [String], prefix: String) -> Section {
    let runs = part.finished
    let judged = ReportedFindings(findings: PaperClaims.findings(runs), prefix: prefix + "claims-")
    return Section(
      id: prefix + "claims",
      title: "The paper's claims" + (places.isEmpty ? "" : ": " + places.joined(separator: ", ")),
      lead:
        "A claim says that differences are above 0. It agrees if all their 95 % intervals, paired by seed, lie above 0; "
        + "it disagrees if one lies below; it is inconclusive otherwise.",
      blocks: [.verdicts(judged.lines), .figures(judged.figures), judged.rules]
        + confounders(Confounders.all(in: runs), unit: part.unit, prefix: prefix))
  }

  /// What published differences are made of; none if the confounders were not taken apart.
  private static func confounders(_ confounders: [Confounders], unit: String, prefix: String) -> [Block] {
    if confounders.isEmpty { return [] }
    let figures = confounders.map { confounders in
      Block.Figure(
        "\(prefix)confounders-\(confounders.rival)",
        IntervalChart(
          title: "\(confounders.rival) − hyperrouter, mean of all k", x: Axis(label: "difference", unit: unit),
          rows: (confounders.shares.last?.named ?? []).map {
            IntervalRow(label: $0.name, mean: $0.share.mean, interval: $0.share.interval)
          }),
        caption: "Right of 0: for hyperrouter. With 95 % intervals.")
    }
    return [
      .heading("What the differences are made of"),
      .paragraph(
        "Bits of the rival minus bits of hyperrouter as published, and what each cause takes of it: both are given the same k "
          + "schedule, then the same initialisation scale, then the same effective learning rate of W_r; the rest is the "
          + "router's effect. The confounders add "
          + "up to the first number. An interval that holds 0 is no significant difference."),
      .figures(figures),
    ] + confounders.map { .table($0.table(unit: unit)) }
  }
}
