import Experiments
import Jacobian
import RunFiles

/// What `jacobian` says of each claim in one line.
struct JacobianVerdicts {
  /// One claim.
  struct Verdict: Encodable {
    let claim: Int
    let statement: String
    /// Nil where nothing that could have failed was found.
    @OrNull private(set) var holds: Bool?
    /// How many bounds were compared with something.
    let compared: Int
    /// How many of them were not respected.
    let failed: Int
    /// The routers about which something was decided.
    let routers: [String]
  }

  /// One for each claim that is about a router looked at.
  let all: [Verdict]

  init(of outcome: JacobianOutcome) {
    let expected = outcome.routers.reduce(into: Set<Int>()) { $0.formUnion($1.provableClaims) }
    all = expected.sorted().map { claim in
      let decided = outcome.results.filter { $0.claim == claim && $0.holds != nil }
      let failed = decided.count { $0.holds == false }
      return Verdict(
        claim: claim, statement: JacobianTables.statement(claim), holds: decided.isEmpty ? nil : failed == 0,
        compared: decided.count, failed: failed, routers: decided.map(\.router).distinct)
    }
  }

  /// Prints a line for each claim, and how many hold.
  func print(on console: Console) throws {
    for verdict in all {
      let word =
        switch verdict.holds {
        case true?: "holds"
        case false?: "DOES NOT HOLD"
        case nil: "NOT DECIDED"
        }
      let bounds =
        verdict.failed > 0
        ? "\(verdict.failed) of \(verdict.compared) bounds not respected" : "\(verdict.compared) bounds respected"
      try console.print(
        console.wrapped(
          "\(verdict.claim). \(verdict.statement): \(console.style.bold(word))"
            + (verdict.holds == nil
              ? ", nothing that could have failed was found"
              : ", \(bounds); \(verdict.routers.joined(separator: ", "))")))
    }
    let holding = all.count { $0.holds == true }
    try console.print("\n" + console.style.bold("\(holding) of \(all.count) hold"))
  }
}
