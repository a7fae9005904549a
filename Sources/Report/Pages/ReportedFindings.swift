import Experiments
import Tables

/// Findings as a page shows them beside their table: a chart for each quantity, and what they ask for.
struct ReportedFindings {
  let findings: [Finding]
  /// What the ids of charts begin with.
  let prefix: String

  /// One chart of differences for each quantity.
  var figures: [Block.Figure] {
    findings.filter { $0.missing == nil }.map(\.quantity).distinct.map { quantity in
      let rows = findings.filter { $0.quantity == quantity }.flatMap { finding in
        finding.measured.map { measured in
          IntervalRow(
            label: [finding.label, measured.label].filter { !$0.isEmpty }.joined(separator: ", "),
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

  /// The paper's claims, judged by the runs of a part at its conditions; `places` says where, if there are several.
  static func claims(of part: ReportedPart, in places: [String], prefix: String) -> Section {
    let (all, words) = (part.claims ?? [], part.conditions?.words ?? "")
    let judged = ReportedFindings(findings: all, prefix: prefix + "claims-")
    return Section(
      id: prefix + "claims",
      title: "The paper's claims" + (places.isEmpty ? "" : ": " + places.joined(separator: ", ")),
      lead: words.prefix(1).uppercased() + words.dropFirst() + ".",
      blocks: [.table(all.table("Six claims, \(part.finished.seeds.count.counted("seed"))")), .figures(judged.figures)])
  }
}
