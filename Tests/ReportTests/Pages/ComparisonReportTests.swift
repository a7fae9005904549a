import Foundation
import Jacobian
import TestSupport
import Testing

@testable import Experiments
@testable import Report
@testable import RunFiles

@Suite("What a page says of many runs")
struct ComparisonReportTests {
  private func root(_ directories: ReportedDirectory...) throws -> Markings {
    try #require(Markings.parse(ComparisonReport(directories).html))
  }

  private func subtitle(_ directory: ReportedDirectory) throws -> String {
    try #require(root(directory).of("subtitle").first).text
  }

  @Test("Runs of several directories have names of their own, with bars of their own size")
  func sideBySide() throws {
    let (small, large) = (try PageSamples.run("small"), try PageSamples.run("large", experts: 8, width: 64))
    let titles = try root(
      PageSamples.directory("small", [small], isRun: true), PageSamples.directory("large", [large])
    ).all.compactMap(\.title)
    #expect(titles.contains("small, 4: share of assignments 0.25") && !titles.contains { $0.hasPrefix("small, 5:") })
    #expect(titles.contains("large: large, 8: share of assignments 0.125"))
  }

  @Test("Of many variants verdicts are counted, or the lowest mean is said; of one run its bits")
  func findings() throws {
    func runs(_ names: [String], seedsFrom first: (Int) -> Int = { _ in 0 }) throws -> [RunRecord] {
      try names.enumerated().flatMap { index, name in
        try [1, 2].map { try PageSamples.run(name, seed: first(index) + $0) }
      }
    }
    // Losses 1.1 and 1.2 of a, 1.5 and 1.6 of e, in nats.
    let means = try runs(["a", "b", "c", "d", "e"]) { $0 }
    #expect(
      try subtitle(PageSamples.directory("all", means))
        == "On the test part, at the k that validation chose: a is lowest, 1.659 bits per character, e highest, 2.236. "
        + "Mean of 2 seeds.")
    let three = try runs(["smoe", "smoe-dropout", "hyperrouter"])
    #expect(
      try subtitle(PageSamples.directory("all", PageSamples.part(three, conditions: .published)))
        == "The paper's six claims. text: 0 supported, 0 contradicted, 0 equivalent and 0 inconclusive.")
    #expect(try subtitle(PageSamples.directory("all", three)).hasPrefix("Differences whose uncorrected 95 %"))
    #expect(
      try subtitle(PageSamples.directory("run", [PageSamples.run()], isRun: true))
        .hasPrefix("smoe: 1.587 bits per character on the test"))
  }

  @Test("Evaluations at every step of a long training leave the page small, and that not all are shown is said")
  func longHistory() throws {
    let runs = try ["smoe", "smoe-dropout", "hyperrouter"].map { name in
      try PageSamples.run(name, history: Array(repeating: 1, count: 2001))
    }
    let start = ProcessInfo.processInfo.systemUptime
    let html = ComparisonReport([PageSamples.directory("all", runs)]).html
    let seconds = ProcessInfo.processInfo.systemUptime - start
    // Not optimised, on a machine that does other things, too.
    #expect(html.utf8.count < 1_000_000 && seconds < 30, "\(html.utf8.count) bytes, \(seconds) s")
    let report = PartReport(PageSamples.part(runs))
    let chart = try #require(PageSamples.charts(report.training)["validation"] as? LineChart)
    // Every eleventh step, and the last.
    #expect(chart.series.map(\.points.count) == [183, 183, 183])
    #expect(chart.series[0].points.map(\.x).suffix(3) == [1980, 1991, 2000])
    #expect(html.contains("Of many evaluations the first in every 11 steps is drawn."))
  }

  @Test("How long it took is said of all sessions, or which are left out; a long text is counted to its last symbol")
  func facts() throws {
    func facts(_ runs: [RunRecord], corpus: CorpusSummary? = nil) -> [String: String] {
      let directory = PageSamples.directory("all", PageSamples.part(runs, corpus: corpus))
      let facts = ReportedFacts(directory: directory).blocks.flatMap { block -> [Block.Fact] in
        if case .facts(let facts) = block { facts } else { [] }
      }
      return Dictionary(uniqueKeysWithValues: facts.map { ($0.name, $0.value) })
    }
    let whole = try [1, 2, 3].map { try PageSamples.run(seed: $0) }
    #expect(facts(whole)["Training took"] == "3 min together")
    #expect(
      try facts([PageSamples.run(), PageSamples.run(seed: 2, timedSteps: 0)])["Training took"]
        == "2 min together, without the earlier sessions of 1 of 2 runs")
    let summary = try JSON.decode(
      CorpusSummary.self,
      from: Data(
        (#"{"name":"t","tokens":"bytes","symbol":"byte","vocabulary":9,"training_symbols":12345678,"#
          + #""validation_symbols":10000000,"test_symbols":9,"entropy_bits_per_symbol":null}"#).utf8))
    #expect(
      facts(whole, corpus: summary)["Text"]?.hasPrefix("t: 12,345,678 bytes to train on, 10,000,000 to")
        == true)
    let sizes = try facts([PageSamples.run(), PageSamples.run("b", experts: 8)])["Sizes"]
    #expect(sizes?.contains("N = 4") == true && sizes?.contains("N = 8") == true)
  }

  @Test("The curve of ranks has one bound for all m, the sharper one where it was found")
  func rankCurve() throws {
    func claim(_ m: Int, _ sharper: Bool, _ bound: Double?) -> String {
      let name = "rank of all routing terms, bound min(d, (N−1)·min(s, m·R\(sharper ? ", m+F" : "")))"
      return #"{"claim":6,"router":"h","quantity":"\#(name)","statement":"","measured":\#(2 * m),"#
        + #""findings":[],"levels":[],"#
        + #""setting":{"part":"curve","embedding_width":\#(m),"\#(sharper ? "switched_units" : "regions")":3},"#
        + (bound.map { #""bound":\#($0),"# } ?? "") + #""holds":true}"#
    }
    func bounds(_ claims: [String]) throws -> [[Point]] {
      let text =
        #"{"subject":{"layers":1,"model_width":8,"expert_width":8,"experts":4,"gate_order":"softmax-topk","models":[]},"#
        + #""gate_order":"softmax-topk","verdicts":[],"collapse":[],"inconclusive":[],"claims":["#
        + claims.joined(separator: ",") + "]}"
      let found = try JSON.decode(JacobianOutcome.self, from: Data(text.utf8))
      let chart = try #require(PageSamples.charts(found.section)["rank-curve"] as? LineChart)
      return chart.series.map(\.points)
    }
    // The plain bound of m = 1 says something, that of m = 2 does not.
    let both = [claim(1, false, 90), claim(1, true, 30), claim(2, false, nil), claim(2, true, 60)]
    #expect(try bounds(both) == [[Point(1, 2), Point(2, 4)], [Point(1, 30), Point(2, 60)]])
    let mixed = [claim(1, false, 90), claim(1, true, nil), claim(2, false, 95), claim(2, true, 60)]
    #expect(try bounds(mixed) == [[Point(1, 2), Point(2, 4)], [Point(2, 60)]])
    let plain = [claim(1, false, 90), claim(2, false, 95)]
    #expect(try bounds(plain) == [[Point(1, 2), Point(2, 4)], [Point(1, 90), Point(2, 95)]])
  }

  @Test("A command line is quoted for a shell")
  func quoted() {
    #expect(
      ["a", "--k", "1,2", "it's", "", "a b", "~/x", "$(x)"].shellLine == #"a --k 1,2 'it'\''s' '' 'a b' '~/x' '$(x)'"#)
  }
}
