import Experiments
import Report
import Tables

/// Findings as a page shows them: a line each, and a chart for each quantity.
struct ReportedFindings {
  let findings: [Finding]
  /// What the ids of charts begin with.
  let prefix: String

  private func id(_ quantity: Question.Quantity) -> String { prefix + quantity.id }

  var lines: [VerdictLine] {
    findings.map { finding in
      let kind: VerdictLine.Kind =
        switch finding.verdict {
        case .agrees: .agrees
        case .disagrees: .disagrees
        case .inconclusive: .open
        case nil: .unmeasured
        }
      return VerdictLine(
        claim: finding.statement + (finding.conditions.isEmpty ? "" : " (\(finding.conditions) conditions)"),
        kind: kind, words: finding.words, numbers: finding.numbers,
        chart: finding.verdict == nil ? nil : id(finding.quantity))
    }
  }

  /// One chart of differences for each quantity.
  var figures: [Block.Figure] {
    findings.filter { $0.verdict != nil }.map(\.quantity).distinct.map { quantity in
      let own = findings.filter { $0.quantity == quantity }
      let rows = own.flatMap { finding in
        finding.measured.map { measured in
          IntervalRow(
            label: [finding.label, measured.label, finding.conditions].filter { !$0.isEmpty }.joined(separator: ", "),
            mean: measured.difference.mean, interval: measured.difference.interval)
        }
      }
      return Block.Figure(
        id(quantity),
        IntervalChart(title: quantity.title, x: Axis(label: "difference", unit: quantity.unit), rows: rows),
        caption: "Right of 0 the statement is right."
          + (own.flatMap(\.measured).contains { $0.difference.interval != nil } ? " 95 % intervals." : ""))
    }
  }

  /// What the statements ask for, for those who want to know exactly.
  var rules: Block {
    var ids: Set<String> = []
    return .details(
      summary: "What each statement says to be above 0",
      [
        .table(
          Table(
            "Rules", headings: ["statement", "has to be above 0"],
            rows: findings.filter { ids.insert($0.id).inserted }.map { [.text($0.statement), .text($0.rule)] }))
      ])
  }
}

extension Causes {
  /// A chart of the means over k, and the table.
  func figure(_ prefix: String, unit: String) -> Block.Figure {
    let rows = (shares.last?.named ?? []).map {
      IntervalRow(label: $0.name, mean: $0.share.mean, interval: $0.share.interval)
    }
    return Block.Figure(
      "\(prefix)causes-\(rival)",
      IntervalChart(
        title: "\(rival) − hyperrouter, mean of all k", x: Axis(label: "difference", unit: unit), rows: rows),
      caption: "Right of 0: for hyperrouter. With 95 % intervals.")
  }

  /// What the published differences of a part are made of; none if the causes were not taken apart.
  static func blocks(_ part: ReportedPart, prefix: String) -> [Block] {
    let causes = Causes.all(in: part.finished)
    if causes.isEmpty { return [] }
    return [
      .heading("What the differences are made of"),
      .paragraph(
        "Bits of the rival minus bits of hyperrouter as published, and what each cause takes of it: both are given the same k "
          + "schedule, then the same scale of W_r, then the same speed; what is left is the router's own. The causes add "
          + "up to the first number. An interval that holds 0 is no significant difference."),
      .figures(causes.map { $0.figure(prefix, unit: part.unit) }),
    ] + causes.map { .table($0.table(unit: part.unit)) }
  }
}
