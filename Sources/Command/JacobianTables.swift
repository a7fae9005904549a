import Experiments
import Foundation
import Jacobian
import Tables

/// The tables that `jacobian` prints for a person: one for each quantity of each claim.
struct JacobianTables {
  let results: [ClaimResult]
  /// Claims that were decided for none of the routers that they are about.
  let undecided: [Int]

  /// Prints them.
  func print(on console: Console) throws {
    for claim in results.map(\.claim).distinct.sorted(by: Self.precedes) {
      try console.print("")
      try console.print(console.style.bold(Self.title(claim)))
      let own = results.filter { $0.claim == claim }
      if let claim, undecided.contains(claim) {
        try console.print("NOT DECIDED: nothing that could have failed was found")
      }
      for quantity in own.map(\.quantity).distinct {
        let same = own.filter { $0.quantity == quantity }
        try console.print("\n\(quantity)\(Self.ways(same))")
        try console.print(table(same))
      }
    }
  }

  /// What a claim says.
  static func title(_ claim: Int?) -> String {
    claim.map { "Claim \($0): \(statement($0))" } ?? "Collapse: do experts become alike?"
  }

  /// What a claim says, without its number.
  static func statement(_ claim: Int) -> String {
    switch claim {
    case 1: "∂y/∂h = J₁ + J₂"
    case 2: "the routing term J₂ᵀu lies in the span of the router's rows"
    case 3: "it sees differences of rows only"
    case 4: "SMoE-Dropout's routing terms stay in one fixed subspace"
    case 5: "SMoE's rows move along the tokens that they score"
    case 6: "HyperRouter's rows move inside the image of a fixed network"
    default: "only e receives gradient"
    }
  }

  /// What stands beside the claims comes last.
  private static func precedes(_ a: Int?, _ b: Int?) -> Bool { (a ?? .max) < (b ?? .max) }

  /// Says of a number with a bound if it was not found three ways, by formula, tape and differences.
  private static func ways(_ results: [ClaimResult]) -> String {
    guard results.contains(where: { $0.bound != nil }) else { return "" }
    switch results.map(\.findings.count).max() ?? 0 {
    case ...1: return " (one way)"
    case 2: return " (two ways)"
    default: return ""
    }
  }

  private func table(_ results: [ClaimResult]) -> Table {
    let ways = results.flatMap { $0.findings.map(\.way) }.distinct
    let hasSettings = results.contains { !$0.setting.description.isEmpty }
    let levels = results.flatMap { $0.levels.map(\.way) }.distinct
    let hasBounds = results.contains { $0.bound != nil }
    var table = Table(
      columns: [.text("router")] + (hasSettings ? [.text("where")] : [])
        + (ways.isEmpty ? [.number("measured")] : ways.map { .number($0) })
        + levels.map { .number($0) } + (hasBounds ? [.number("bound"), .text("holds")] : []))
    for result in results {
      let numbers = ways.map { way in
        result.findings.first { $0.way == way }.map { finding in
          // In brackets what the way is too coarse to decide.
          result.bound.map { finding.decides($0, result.relation) } ?? true
            ? Self.number(finding.value) : "(\(Self.number(finding.value)))"
        }
      }
      // A measurement without ways stands in the first column.
      let cells =
        result.findings.isEmpty
        ? [Self.number(result.measured)] + Array(repeating: "–", count: max(0, ways.count - 1))
        : numbers.map { $0 ?? "–" }
      table.append(
        texts: [result.router] + (hasSettings ? [result.setting.description] : []) + cells
          + levels.map { way in result.levels.first { $0.way == way }.map { Self.number($0.value) } ?? "–" }
          + (hasBounds ? [Self.bound(of: result), result.holds.map { $0 ? "yes" : "NO" } ?? "–"] : []))
    }
    return table
  }

  private static func bound(of result: ClaimResult) -> String {
    result.bound.map { (result.relation == .atLeast ? "≥ " : "") + number($0) } ?? "–"
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == value.rounded() && abs(value) < 1e6 { return String(Int(value)) }
    return String(format: abs(value) < 1e-3 ? "%.1e" : "%.3f", value)
  }
}
