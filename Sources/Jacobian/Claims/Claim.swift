import MixtureOfExperts
import RunFiles
import Tables

/// One of the paper's seven claims, declared in the file that checks it; written as its number.
package struct Claim: RawRepresentable, Codable, Hashable, Sendable {
  /// As NOTES.md counts them.
  package let rawValue: Int
  /// What it says.
  package let statement: String

  init(_ number: Int, _ statement: String) { (rawValue, self.statement) = (number, statement) }

  /// The claim of a number; nil for another one than 1 to 7.
  package init?(rawValue number: Int) {
    guard let claim = Self.all.first(where: { $0.rawValue == number }) else { return nil }
    self = claim
  }

  package var number: Int { rawValue }

  package static let all: [Claim] = [
    .decomposition, .rowSpan, .rowDifferences, .fixedSubspace, .entanglement, .generatedRows, .gradientFlow,
  ]

  /// The claims that can hold or fail for some of these routers; all of them if there are none.
  static func about(_ routers: [RouterKind]) -> [Claim] {
    all.filter { claim in routers.isEmpty || routers.contains { $0.provableClaims.contains(claim.number) } }
  }
}

/// What the numbers found say of one claim: judged here, and shown wherever claims are.
package struct ClaimVerdict: Codable, Described, Sendable {
  package static let words = "claim_verdict: one claim of the paper, for the routers about which something was decided"
  package let claim: Claim
  package let statement: String
  /// nil where nothing that could have failed was found: no pass, though none failed.
  @OrNull package private(set) var holds: Bool?
  package let compared: Int  // How many bounds were compared with something
  package let failed: Int  // How many of them were not respected
  package let routers: [String]  // The routers about which something was decided

  init(_ claim: Claim, _ results: [ClaimResult]) {
    let decided = results.filter { $0.claim == claim && $0.holds != nil }
    self.claim = claim
    statement = claim.statement
    compared = decided.count
    failed = decided.count { $0.holds == false }
    holds = decided.isEmpty ? nil : failed == 0
    routers = decided.map(\.router).distinct
  }

  /// The verdict in words: the same for terminal and page.
  package var words: String { holds.map { $0 ? "holds" : "does not hold" } ?? "inconclusive" }

  /// One for each claim that is about some of the routers looked at.
  package static func all(_ results: [ClaimResult], about routers: [RouterKind]) -> [ClaimVerdict] {
    Claim.about(routers).map { ClaimVerdict($0, results) }
  }
}
