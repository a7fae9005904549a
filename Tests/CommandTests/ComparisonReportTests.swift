import Corpora
import Experiments
import Foundation
import Jacobian
@testable import Report
import TestSupport
import Testing
import Training

@testable import Command
@testable import RunFiles

/// Pages made of runs that nobody trained.
@Suite("What a page says of many runs")
struct ComparisonReportTests {
  /// A finished run with looks, of N experts and d dimensions.
  private func run(
    _ variant: String = "smoe", seed: Int = 1, experts: Int = 4, width: Int = 32, looks: Int = 2, timedSteps: Int = 1
  ) throws -> ReportedRun {
    var configuration = try StoredRunSample.configuration()
    configuration.training.seed = UInt64(seed)
    configuration.model.experts = experts
    configuration.model.modelWidth = width
    let load = Array(repeating: 1 / Double(experts), count: experts)
    let square = Array(repeating: load, count: experts)
    let evaluation =
      #"{"k":2,"loss":\#(1 + 0.1 * Double(seed)),"symbols":9,"entropy_nats_per_layer":[1],"load_per_layer":[\#(load)]}"#
    let mixture =
      #"{"expert_similarity":0.1,"unpaired_expert_similarity":0.1,"output_effective_rank":9.5,"routing_share":0.3,"#
      + #""variance_seen":0.2,"variance_seen_by_chance":0.1,"displacement":0.5}"#
    let course = (0..<looks).map {
      #"{"step":\#($0),"validation":\#(evaluation),"mixtures":[\#(mixture)],"saturation":[{"share":0.5,"by_chance":0.2}]}"#
    }
    let text =
      #"{"router":"smoe","variant":"\#(variant)","seed":\#(seed),"evaluation":[\#(evaluation)],"test":[\#(evaluation)],"#
      + #""best_k":2,"common_k":2,"last_k":2,"multiply_adds_per_token":[1e6],"mixtures":[\#(mixture)],"policies":[],"#
      + #""routing_tables":[{"co_activation":\#(square),"first_choice_by_dialect":[\#(load)]}],"course":["#
      + course.joined(separator: ",") + #"],"entropy_nats_per_layer":[1],"trainable_routing_parameters":1,"#
      + #""parameters":9,"tokens_per_second":1,"seconds":60,"timed_steps":\#(timedSteps),"k_schedule":"constant:2"}"#
    let result = try JSON.decode(RouterResult.self, from: Data(text.utf8))
    let run = ReportedRun(result, configuration, metrics: [])
    #expect(result.misfit(configuration) == nil)
    return run
  }

  private func part(_ runs: [ReportedRun], planned: Int? = nil, corpus: CorpusSummary? = nil) -> ReportedPart {
    ReportedPart(
      name: "text", corpus: corpus, symbol: "character", isJudged: true, planned: planned ?? runs.count, runs: runs)
  }

  private func directory(_ path: String, _ runs: [ReportedRun], isRun: Bool = false) -> ReportedDirectory {
    ReportedDirectory(path: path, origin: nil, parts: [part(runs)], isRun: isRun)
  }

  private func subtitle(_ directories: ReportedDirectory...) throws -> String {
    let html = ComparisonReport(directories: directories).page.html
    return try #require(Markings.parse(html)?.of("subtitle").first).text
  }

  @Test("Runs of different N and d stand side by side: bars and tables of their own size, lines that are true of all")
  func sizes() throws {
    func references(_ runs: [ReportedRun]) throws -> [String: [String]] {
      let report = PartReport(part: part(runs), prefix: "", suffix: "")
      let blocks = [report.routing, report.experts].compactMap { $0 }.flatMap(\.blocks)
      let charts = blocks.flatMap { block -> [(String, [Reference])] in
        guard case .figures(let figures) = block else { return [] }
        return figures.compactMap { figure in
          switch figure.chart {
          case let chart as LineChart: (figure.id, chart.references)
          case let chart as BarChart: (figure.id, chart.references)
          default: nil
          }
        }
      }
      return Dictionary(uniqueKeysWithValues: charts.map { ($0, $1.map(\.name)) }).filter { !$0.value.isEmpty }
    }
    let (small, large) = (try run("small"), try run("large", experts: 8, width: 64))
    #expect(
      try references([small, try run("other")]) == [
        "entropy": ["ln N"], "effective-rank": ["d"], "variance-seen": ["(N−1)/d"], "load": ["fair share"],
      ])
    #expect(try references([small, large]).isEmpty)
    #expect(try references([small, try run("wide", width: 64)]) == ["entropy": ["ln N"], "load": ["fair share"]])
    let html = ComparisonReport(directories: [directory("small", [small], isRun: true), directory("large", [large])])
      .page.html
    let root = try #require(Markings.parse(html))
    let titles = root.all.compactMap(\.title)
    #expect(titles.contains("small, 4: share of assignments 0.25") && !titles.contains { $0.hasPrefix("small, 5:") })
    #expect(titles.contains("large: large, 8: share of assignments 0.125"))
    // One layer of few experts is bars; of more than anybody reads, a map.
    let many = part([small, try run("many", experts: 40)])
    #expect(PartReport(part: many, prefix: "", suffix: "").experts?.blocks.isEmpty == false)
  }

  @Test("Of many variants verdicts are counted, or the lowest mean is said; of one run its bits")
  func findings() throws {
    let others = ["a", "b", "c", "d", "e"]
    let means = try others.enumerated().flatMap { index, name in
      try [1, 2].map { try run(name, seed: index + $0) }
    }
    // Losses 1.1 and 1.2 of a, 1.5 and 1.6 of e, in nats.
    #expect(
      try subtitle(directory("all", means))
        == "On the test part, at the k that validation chose: a is lowest, 1.659 bits per character, e highest, 2.236. "
        + "Mean of 2 seeds.")
    let three = try ["smoe", "smoe-dropout", "hyperrouter"].flatMap { name in
      try [1, 2].map { try run(name, seed: $0) }
    }
    let judged = try subtitle(directory("all", three + means))
    #expect(judged == "8 of the paper's claims in 8 verdicts: 0 agree, 0 disagree, 8 are inconclusive.")
    #expect(try subtitle(directory("all", three)).hasPrefix("Significant differences (95 %"))
    #expect(
      try subtitle(directory("run", [run()], isRun: true)).hasPrefix("smoe: 1.587 bits per character on the test"))
  }

  @Test("Means name the seeds that are measured, not those that are still trained")
  func seeds() throws {
    let finished = try run(seed: 1)
    let unfinished = ReportedRun(
      variant: "smoe", try run(seed: 2).configuration, metrics: [],
      looks: [])
    let report = PartReport(part: part([finished, unfinished], planned: 2), prefix: "", suffix: "")
    #expect(report.quality?.lead.contains("One seed.") == true)
    let both = PartReport(part: part([finished, try run(seed: 2), try run("b", seed: 1)]), prefix: "", suffix: "")
    #expect(both.quality?.lead.contains("Mean of 1 to 2 seeds; the band holds all of them.") == true)
    let many = try ["a", "b", "c", "d", "e"].flatMap { name in try [1, 2].map { try run(name, seed: $0) } }
    let lead = try #require(PartReport(part: part(many), prefix: "", suffix: "").quality?.lead)
    #expect(lead.contains("Mean of 2 seeds. "), "no bands are drawn: \(lead)")
  }

  @Test("A look at every step of a long training leaves the page small and quick, and that not all are shown is said")
  func longCourse() throws {
    let runs = try ["smoe", "smoe-dropout", "hyperrouter"].flatMap { name in
      try [1, 2].map { try run(name, seed: $0, looks: 2001) }
    }
    let start = ProcessInfo.processInfo.systemUptime
    let html = ComparisonReport(directories: [directory("all", runs)]).page.html
    let seconds = ProcessInfo.processInfo.systemUptime - start
    #expect(html.utf8.count < 1_000_000 && seconds < 3, "\(html.utf8.count) bytes, \(seconds) s")
    let series = SeedCurves.series(part(runs)) { run in
      part(runs).looks(of: run, atMost: 200).map { Point(Double($0.step), 1) }
    }
    // Every eleventh step, and the last.
    #expect(series.map(\.points.count) == [183, 183, 183])
    #expect(series[0].points.map(\.x).suffix(3) == [1980, 1991, 2000])
    #expect(html.contains("Of many looks the first in every 11 steps is drawn."))
    let root = try #require(Markings.parse(html))
    let rows = try ReportPageTests.table("On the way, means of layers", in: root)
    #expect(rows.count > 300 && rows.count <= 612)
    #expect(rows.suffix(1).map { $0["step"] } == ["2,000"])
    #expect(html.contains("The first look in every 21 steps, and the last; metrics.jsonl has all."))
  }

  @Test("How long it took is said of all sessions, or which are left out; a long text is counted to its last symbol")
  func facts() throws {
    func facts(_ directory: ReportedDirectory) -> [String: String] {
      let facts = ReportedFacts(directory: directory).blocks.flatMap { block -> [Block.Fact] in
        if case .facts(let facts) = block { facts } else { [] }
      }
      return Dictionary(uniqueKeysWithValues: facts.map { ($0.name, $0.value) })
    }
    let whole = try [1, 2, 3].map { try run(seed: $0) }
    #expect(facts(directory("all", whole))["Training took"] == "3 min together")
    let continued = try [run(), run(seed: 2, timedSteps: 0)]
    #expect(
      facts(directory("all", continued))["Training took"]
        == "2 min together, without the earlier sessions of 1 of 2 runs")
    let summary = try JSON.decode(
      CorpusSummary.self,
      from: Data(
        (#"{"name":"t","tokens":"bytes","symbol":"byte","vocabulary":9,"training_symbols":12345678,"#
          + #""validation_symbols":10000000,"test_symbols":9,"entropy_bits_per_symbol":null}"#).utf8))
    let text = ReportedDirectory(path: "a", origin: nil, parts: [part(whole, corpus: summary)], isRun: false)
    #expect(facts(text)["Text"]?.hasPrefix("t: 12,345,678 characters to train on, then 10,000,000 to") == true)
    let mixed = [try run(), try run("b", experts: 8)]
    let sizes = try #require(facts(directory("all", mixed))["Sizes"])
    #expect(sizes.contains("N = 4") && sizes.contains("N = 8"))
  }

  @Test("The curve of ranks has one bound for all m, the sharper one where it was found")
  func rankCurve() throws {
    func claim(_ m: Int, _ sharper: Bool, _ bound: Double?) -> String {
      let name = "rank of all routing terms, bound min(d, (N−1)·min(s, m·R\(sharper ? ", m+F" : "")))"
      return #"{"claim":6,"router":"h","statement":"\#(name)","measured":\#(2 * m),"#
        + #""setting":{"part":"curve","embedding_width":\#(m),"switched_units":\#(sharper ? "3" : "null")},"#
        + (bound.map { #""bound":\#($0),"# } ?? "") + #""holds":true}"#
    }
    func bounds(_ claims: [String]) throws -> [[Point]] {
      let text =
        #"{"subject":{"layers":1,"model_width":8,"expert_width":8,"experts":4,"gate_order":"softmax-topk","models":[]},"#
        + #""collapse":[],"undecided":[],"claims":["# + claims.joined(separator: ",") + "]}"
      let found = try JSON.decode(JacobianClaims.self, from: Data(text.utf8))
      let figures = found.section.blocks.flatMap { block -> [Block.Figure] in
        if case .figures(let figures) = block { figures } else { [] }
      }
      let chart = try #require(figures.first { $0.id == "rank-curve" }?.chart as? LineChart)
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

  @Test("A recall symbol is the letter that stands as far before it as the page says")
  func recall() {
    let line = Array(DialectCorpus(lines: 1).text)
    #expect(
      line.count == 48 && line[46] == line[46 - DialectCorpus.recallDistance] && 46 - DialectCorpus.recallDistance == 1)
  }
}
