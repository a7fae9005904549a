import Foundation
import Tables

extension JacobianOutcome {
  /// Every number that was compared or measured: for each claim its sentence, and a table for each quantity.
  package var tables: [(title: String, tables: [Table])] {
    let sections = Claim.all.map { claim in
      ("Claim \(claim.number): \(claim.statement)", claims.filter { $0.claim == claim }, undecided.contains(claim))
    }
    return (sections + [("Collapse: do experts become alike?", collapse, false)]).filter { !$0.1.isEmpty }
      .map { title, results, isUndecided in
        let tables = results.map(\.quantity).distinct.enumerated().map { index, quantity in
          Self.table(
            quantity, results.filter { $0.quantity == quantity },
            isUndecided && index == 0 ? ["NOT DECIDED: nothing that could have failed was found"] : [])
        }
        return (title, tables)
      }
  }

  private static func table(_ quantity: String, _ results: [ClaimResult], _ notes: [String]) -> Table {
    let ways = results.flatMap { $0.findings.map(\.way) }.distinct
    let levels = results.flatMap { $0.levels.map(\.way) }.distinct
    let hasSettings = results.contains { !$0.setting.description.isEmpty }
    let hasBounds = results.contains { $0.bound != nil }
    // Of a number with a bound it is said if it was not found three ways, by formula, tape and differences.
    let found = results.map(\.findings.count).max() ?? 0
    let fewer = hasBounds && found < 3 ? found == 2 ? " (two ways)" : " (one way)" : ""
    var table = Table(
      quantity + fewer,
      columns: [.text("router")] + (hasSettings ? [.text("where")] : [])
        + (ways.isEmpty ? ["measured"] : ways).map { .number($0) } + levels.map { .number($0) }
        + (hasBounds ? [.number("bound"), .text("holds")] : []),
      notes: notes)
    for result in results {
      var cells: [String?] = [result.router] + (hasSettings ? [result.setting.description] : [])
      // A measurement without ways stands in the first column.
      cells += result.findings.isEmpty ? [number(result.measured)] : []
      cells += ways.dropFirst(result.findings.isEmpty ? 1 : 0).map { way in
        result.findings.first { $0.way == way }.map { finding in
          // In brackets what the way is too coarse to decide.
          finding.decides ?? true ? number(finding.value) : "(\(number(finding.value)))"
        }
      }
      cells += levels.map { way in result.levels.first { $0.way == way }.map { number($0.value) } }
      if hasBounds {
        cells.append(result.bound.map { (result.relation == .atLeast ? "≥ " : "") + number($0) })
        cells.append(result.holds.map { $0 ? "yes" : "NO" })
      }
      table.append(texts: cells)
    }
    return table
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == value.rounded() && abs(value) < 1e6 { return String(Int(value)) }
    return String(format: abs(value) < 1e-3 ? "%.1e" : "%.3f", value)
  }
}
