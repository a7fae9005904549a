import Experiments
import Foundation
import Jacobian
import Tables

/// The tables and sentences that `compare --suite paper` prints for a person.
struct SuiteTables {
  let suite: PaperSuite
  let result: SuiteRun.Result
  /// N.
  let experts: Int

  /// Prints them: verdicts first.
  func print(on console: Console) throws {
    try console.print(console.style.bold("The paper's claims, judged"))
    try console.print(verdicts())
    try console.print(
      console.wrapped(
        "agrees: the 95 % interval of every difference that the claim says to be above 0 lies above 0; disagrees: one lies below; "
          + "not decided: otherwise. The differences:"))
    for verdict in result.verdicts {
      let intervals = verdict.judged.differences.map(interval).joined(separator: "; ")
      try console.print(
        "\n"
          + console.wrapped(
            "\(verdict.judged.claim.rawValue) (\(verdict.place), \(verdict.seeds) seeds): "
              + "\(verdict.judged.verdict.rawValue). \(verdict.judged.rule): \(intervals)"))
    }
    for (rival, part) in sharedPairs {
      try console.print(
        "\n" + console.style.bold("\(part): bits of \(rival) minus bits of hyperrouter, and what they are made of"))
      try console.print(shares(rival, part))
      for sentence in sentences(rival, part) { try console.print(console.wrapped(sentence)) }
    }
    for (part, plan) in zip(result.parts, suite.parts) {
      try console.print("\n" + console.style.bold("\(part.name), \(part.seeds) seeds") + "\n")
      try ComparisonTables(
        summary: ComparisonSummary(part.runs), corpus: plan.corpus, experts: experts,
        pairs: plan.hasThreeBeside ? .with(FactorialCell.equal[2].name) : .none
      ).print(on: console)
    }
  }

  private func verdicts() -> Table {
    let places = result.verdicts.map(\.place).distinct
    var table = Table(columns: [.text("claim")] + places.map { .text($0) })
    for claim in PaperClaim.allCases {
      let own = result.verdicts.filter { $0.judged.claim == claim }
      table.append(
        texts: [claim.rawValue]
          + places.map { place in
            own.first { $0.place == place }?.judged.verdict.rawValue ?? "not measured"
          })
    }
    return table
  }

  private var sharedPairs: [(rival: String, part: String)] {
    result.shares.map { ($0.rival, $0.part) }.reduce(into: []) { pairs, pair in
      if !pairs.contains(where: { $0 == pair }) { pairs.append(pair) }
    }
  }

  private func shares(_ rival: String, _ part: String) -> Table {
    var table = Table(columns: [
      .number("k"), .number("as published"), .number("k schedule"), .number("scale of W_r"),
      .number("HyperRouter's speed"),
      .number("router"),
    ])
    for entry in result.shares where entry.rival == rival && entry.part == part {
      let causes = entry.shares
      table.append(
        texts: ["\(entry.k)"]
          + [causes.published, causes.schedule, causes.scale, causes.speed, causes.router].map(interval))
    }
    return table
  }

  /// What each cause takes of the difference, averaged over k for each seed: a share that its interval does not tell from nothing is
  /// called that.
  private func sentences(_ rival: String, _ part: String) -> [String] {
    let own = result.shares.filter { $0.rival == rival && $0.part == part }
    func averaged(_ cause: (CauseShares) -> PairedDifference) -> String {
      let all = own.map { cause($0.shares).differences }
      let means = (all.first ?? []).indices.map { seed in all.reduce(0) { $0 + $1[seed] } / Double(all.count) }
      let difference = PairedDifference(means)
      return interval(difference) + (Verdict([difference]) == .notDecided ? " (not told from 0)" : "")
    }
    guard !own.isEmpty else { return [] }
    return [
      "Averaged over k: of \(averaged(\.published)) as published, the k schedule takes \(averaged(\.schedule)), the scale of W_r "
        + "\(averaged(\.scale)), HyperRouter's speed \(averaged(\.speed)); the router is left with \(averaged(\.router))."
    ]
  }

  private func interval(_ difference: PairedDifference) -> String {
    String(format: "%.3f", difference.mean) + " ± " + (difference.halfWidth.map { String(format: "%.3f", $0) } ?? "–")
  }
}
