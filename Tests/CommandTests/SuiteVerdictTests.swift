import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
@testable import Report
import Tables
import Testing
import RunFiles

@testable import Command
@testable import Corpora

@Suite("Verdicts and shares of a suite")
struct SuiteVerdictTests {
  /// Runs of all cells whose bits say which cause they have: three seeds.
  private func part(_ bits: (FactorialCell) -> Double, judged: Bool = true) throws -> SuiteRun.PartResult {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 60))
    let runs = try FactorialCell.factorial.enumerated().flatMap { index, cell in
      try (1...3).map { seed in
        let noise = 0.001 * Double((seed * seed * (index + 3)) % 7)
        return try RouterResult.sample(cell.name, seed: UInt64(seed), test: [bits(cell) + noise, bits(cell) + noise])
      }
    }
    return SuiteRun.PartResult(
      name: "part", corpus: CorpusSummary(corpus), gateOrder: .softmaxThenTopK, seeds: 3, isJudged: judged, runs: runs)
  }

  /// k growing costs SMoE 0.1, a matched scale 0.2; a fast W_r gives HyperRouter 0.4 and a grown k 0.05.
  private func bits(_ cell: FactorialCell) -> Double {
    switch cell.router {
    case .hyperRouter: 2.5 - (cell.growsK ? 0.05 : 0) - (cell.isSpeedMatched ? 0.4 : 0)
    default: 2 + (cell.growsK ? 0.1 : 0) + (cell.isScaleMatched ? 0.2 : 0)
    }
  }

  @Test("Original conditions compare the published cells, equal ones the matched cells")
  func conditions() throws {
    let verdicts = SuiteVerdict.all([try part(bits)], experts: 8).filter { $0.judged.claim == .beatsSMoE }
    #expect(verdicts.map(\.conditions) == ["original", "equal"])
    // SMoE 2.0 against 2.45 as published, 2.3 against 2.05 at equal conditions.
    #expect(verdicts.map(\.judged.verdict) == [.disagrees, .agrees])
    #expect(abs(verdicts[0].judged.differences[0].mean + 0.45) < 0.005)
    #expect(abs(verdicts[1].judged.differences[0].mean - 0.25) < 0.005)
    #expect(verdicts.allSatisfy { $0.seeds == 3 && $0.place.hasPrefix("builtin:dialects, ") })
    #expect(SuiteVerdict.all([try part(bits, judged: false)], experts: 8).isEmpty)
  }

  @Test("Shares name the cause that a cell has, at every k, and add up")
  func shares() throws {
    let shares = SuiteShares.all([try part(bits)])
    #expect(shares.map(\.rival) == ["smoe", "smoe", "smoe-dropout", "smoe-dropout"])
    #expect(shares.map(\.k) == [1, 2, 1, 2])
    let first = try #require(shares.first).shares
    let expected = [
      (first.published, -0.45), (first.schedule, -0.1), (first.scale, -0.2), (first.speed, -0.4), (first.router, 0.25),
    ]
    for (found, mean) in expected { #expect(abs(found.mean - mean) < 0.005, "\(found.mean) \(mean)") }
  }

  @Test("The objects of a suite are what hyperrouter schema says")
  func schema() throws {
    let part = try part(bits)
    func faults(_ value: some Encodable, _ name: String) throws -> [String] {
      JSONSchema.faults(in: try JSONSerialization.jsonObject(with: JSON.encode(value)), as: name)
    }
    #expect(try faults(part, "part") == [])
    let (verdicts, shares) = (SuiteVerdict.all([part], experts: 8), SuiteShares.all([part]))
    try #require(!verdicts.isEmpty && !shares.isEmpty)
    for verdict in verdicts { #expect(try faults(verdict, "judgement") == []) }
    for share in shares { #expect(try faults(share, "cause_shares") == []) }
  }

  @Test("The page's table of causes has the numbers that the suite prints, and their mean over k")
  func page() throws {
    let found = try part(bits)
    let configuration = try StoredRunSample.configuration()
    let runs = found.runs.map { ReportedRun($0, configuration, metrics: []) }
    let reported = ReportedPart(
      name: "part", corpus: found.corpus, symbol: "character", isJudged: true, planned: runs.count, runs: runs)
    let blocks = ReportedCauses(reported, prefix: "p-").blocks
    let tables = blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    let expected = ["smoe", "smoe-dropout"].map { rival in
      SuiteShares.all([found]).filter { $0.rival == rival }
    }
    #expect(tables.count == 2)
    for (table, entries) in zip(tables, expected) {
      let rows = entries.map { entry in
        [Table.Cell.text("\(entry.k)")]
          + [
            entry.shares.published, entry.shares.schedule, entry.shares.scale, entry.shares.speed, entry.shares.router,
          ].map { .estimate($0.estimate) }
      }
      #expect(Array(table.rows.dropLast()) == rows)
      // The bits are the same at every k.
      #expect(table.rows.last?.dropFirst() == rows.first?.dropFirst())
    }
    let figures = blocks.flatMap { block -> [Block.Figure] in
      if case .figures(let figures) = block { figures } else { [] }
    }
    #expect(figures.map(\.id) == ["p-causes-smoe", "p-causes-smoe-dropout"])
    let chart = try #require(figures.first?.chart as? IntervalChart)
    #expect(abs(chart.rows[3].mean + 0.4) < 0.005 && chart.rows.allSatisfy { $0.interval != nil })
    var rest = reported
    rest.runs.removeAll { $0.variant == FactorialCell.equal[2].name }
    #expect(ReportedCauses(rest, prefix: "").blocks.isEmpty, "the last link of both chains")
  }

  @Test("What was not measured has no verdict: a part without the equal cells is judged at original conditions only")
  func missing() throws {
    let whole = try part(bits)
    let original = Set(FactorialCell.original.map(\.name))
    let some = SuiteRun.PartResult(
      name: "part", corpus: whole.corpus, gateOrder: .topKThenSoftmax, seeds: 3, isJudged: true,
      runs: whole.runs.filter { original.contains($0.variant) })
    let verdicts = SuiteVerdict.all([some], experts: 8)
    #expect(Set(verdicts.map(\.conditions)) == ["original"])
    #expect(verdicts.allSatisfy { $0.place.hasSuffix("original, topk-softmax") })
    #expect(SuiteShares.all([some]).isEmpty)
  }
}
