import Testing

@testable import Command

@Suite("What a comparison says in sentences")
struct ComparisonSummaryTests {
  /// Three seeds that differ a little, not in the same way for every router.
  private func results(_ bits: [(String, [Double])]) throws -> [RouterResult] {
    try bits.enumerated().flatMap { index, router in
      try (1...3).map { seed in
        let noise = 0.01 * Double((seed * (index + 2)) % 3)
        return try RouterResult.sample(router.0, seed: UInt64(seed), test: router.1.map { $0 + noise })
      }
    }
  }

  @Test("The router with fewer bits is the better one, at the k where the interval says so, and at no other")
  func direction() throws {
    let summary = ComparisonSummary(try results([("worse", [3, 2, 1.5]), ("better", [2.5, 2, 1.9])]))
    #expect(
      summary.findings("bits per character") == [
        "Seen (95 % intervals that do not hold 0): worse is better than better at k = 4; better is better than worse at k = 1.",
        "Not seen: a difference between worse and better at k = 2.",
      ])
    let first = try #require(summary.differences.first)
    #expect(first.a == "worse" && first.k == 1 && abs(first.bits.mean - 0.5) < 0.03)
  }

  @Test(
    "With one seed nothing is decided, and the sentence names the router that is lowest at the k chosen by validation")
  func oneSeed() throws {
    let results = [
      try RouterResult.sample("a", seed: 1, test: [2, 1.7, 1.5], validation: [2, 1.6, 1.7]),
      try RouterResult.sample("b", seed: 1, test: [2, 1.8, 1.6], validation: [2, 1.8, 1.6]),
    ]
    let found = ComparisonSummary(results).findings("bits per byte")
    #expect(
      found[0] == "Seen, with one seed: b is lowest, 1.600 bits per byte at k = 4, chosen by validation.")
    #expect(found[1].hasPrefix("Not seen: whether any difference is more than the luck of a seed"))
    #expect(ComparisonSummary([results[0]]).findings("bits").isEmpty)
  }

  @Test("Of a comparison that is not finished the seeds are judged that both have; without any nothing is said")
  func unfinished() throws {
    let all = try results([("a", [3, 3]), ("b", [2, 2])])
    let some = ComparisonSummary(all.filter { $0.variant == "a" || $0.seed < 3 })
    #expect(some.differences.map(\.bits.differences.count) == [2, 2])
    #expect(some.findings("bits").first?.contains("b is better than a at k = 1, 2") == true)
    let apart = ComparisonSummary(all.filter { ($0.variant == "a") == ($0.seed < 3) })
    #expect(apart.differences.isEmpty && apart.findings("bits").isEmpty)
  }

  @Test("Where everything is seen or nothing, the sentences say that")
  func extremes() throws {
    let apart = ComparisonSummary(try results([("a", [3, 3]), ("b", [2, 2])])).findings("bits")
    #expect(apart[1] == "Not seen: no difference was left undecided.")
    let alike = ComparisonSummary(try results([("a", [3, 3]), ("b", [3, 3])])).findings("bits")
    #expect(alike[0] == "Seen (95 % intervals that do not hold 0): nothing.")
  }
}
