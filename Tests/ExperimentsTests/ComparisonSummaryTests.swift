import MixtureOfExperts
import Hosts
import Testing

@testable import Experiments

@Suite("What a comparison says in sentences and tables")
struct ComparisonSummaryTests {
  /// Three seeds that differ a little, not in the same way for every router.
  private func results(_ bits: [(String, [Double])]) -> [RouterResult] {
    bits.enumerated().flatMap { index, router in
      (1...3).map { seed in
        let noise = 0.01 * Double((seed * (index + 2)) % 3)
        return RouterResult(
          router.0, UInt64(seed), test: router.1.map { $0 + noise })
      }
    }
  }

  @Test("The router with fewer bits is named at the k where the interval leaves out 0, and at no other")
  func direction() throws {
    let runs = try FinishedRuns(results([("worse", [3, 2, 1.5, 1]), ("better", [2.5, 2, 1.9, 1])]))
    #expect(
      runs.summary == [
        "Differences whose uncorrected 95 % intervals exclude 0: worse has fewer bits than better at k = 4; "
          + "better has fewer bits than worse at k = 1.",
        "Intervals that hold 0: between worse and better at k = 2, 8.",
      ])
    let first = try #require(runs.differences.first)
    #expect(first.a == "worse" && first.k == 1 && abs(first.paired.mean - 0.5) < 0.03)
  }

  @Test(
    "With one seed nothing is decided, and the sentence names the router that is lowest at the k chosen by validation")
  func oneSeed() throws {
    let results = [
      RouterResult("a", 1, test: [2, 1.7, 1.5], validation: [2, 1.6, 1.7]),
      RouterResult("b", 1, test: [2, 1.8, 1.6], validation: [2, 1.8, 1.6]),
    ]
    let found = try FinishedRuns(results).summary
    #expect(
      found[0] == "With one seed: b is lowest, 1.600 bits per character at k = 4, chosen by validation.")
    #expect(found[1].hasPrefix("One seed says nothing about how much seeds differ"))
    #expect(try FinishedRuns([results[0]]).summary.isEmpty)
  }

  @Test("Of a comparison that is not finished the seeds are judged that both have; without any nothing is said")
  func unfinished() throws {
    let all = results([("a", [3, 3]), ("b", [2, 2])])
    let some = try FinishedRuns(all.filter { $0.variant == "a" || $0.seed < 3 })
    #expect(some.differences.map(\.paired.differences.count) == [2, 2])
    #expect(some.summary.first?.contains("b has fewer bits than a at k = 1, 2") == true)
    let apart = try FinishedRuns(all.filter { ($0.variant == "a") == ($0.seed < 3) })
    #expect(apart.differences.isEmpty && apart.summary.isEmpty)
  }

  @Test("Where everything is seen or nothing, the sentences say that")
  func extremes() throws {
    let apart = try FinishedRuns(results([("a", [3, 3]), ("b", [2, 2])])).summary
    #expect(apart[1] == "Intervals that hold 0: nowhere.")
    let alike = try FinishedRuns(results([("a", [3, 3]), ("b", [3, 3])])).summary
    #expect(alike[0] == "Differences whose uncorrected 95 % intervals exclude 0: none.")
  }

  /// The lines of the table whose title contains some words, as Markdown.
  private func table(_ words: String, _ runs: FinishedRuns) throws -> [String] {
    let tables = ComparisonTables(runs).passages.compactMap { if case .table(let table) = $0 { table } else { nil } }
    return try #require(tables.first { $0.title.contains(words) }).markdown.components(separatedBy: "\n")
  }

  @Test("Other routings of the trained experts have a column each, with the digits that bits have everywhere")
  func policies() throws {
    var smoe = RouterResult("smoe", 1, test: [2, 1.75, 1.5, 1.25])
    smoe.policies = [(RoutingPolicy.uniform, 4.5), (.learned, 1.75), (.initial, 3.0626), (.permuted, 2.25)].map {
      PolicyResult(policy: $0, evaluation: RouterResult("", 1, test: [0, $1])[2] ?? smoe.test[0])
    }
    var dense = RouterResult("dense", 1, test: [1, 1, 1, 1])
    (smoe.multiplyAddsPerToken, dense.lastK) = ([1e6, 2e6, 4e6, 8e6], nil)
    let found = try table("routed in another way", FinishedRuns([smoe, dense]))
    #expect(found.first?.contains("bits per character at k = 2") == true)
    #expect(found.contains("| router | learned | permuted | initial | uniform |"))
    #expect(
      found.filter { $0.contains("smoe") || $0.contains("dense") } == ["| smoe | 1.750 | 2.250 | 3.063 | 4.500 |"])
  }
}
