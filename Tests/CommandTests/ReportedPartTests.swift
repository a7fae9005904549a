import Foundation
import Experiments
@testable import Report
import Testing
import Training

@testable import Command
@testable import Corpora
@testable import RunFiles

@Suite("What a page draws")
struct ReportedPartTests {
  /// A part with the curves of two routers and two seeds; the values say which is which.
  private func part() throws -> ReportedPart {
    let run = try StoredRunSample.configuration()
    let runs = try ["smoe", "hyperrouter"].flatMap { variant in
      try [1, 2].map { seed in
        var configuration = run
        configuration.training.seed = UInt64(seed)
        let result = try RouterResult.sample(variant, seed: UInt64(seed), test: [Double(seed), 1.5])
        return ReportedRun(result, configuration, metrics: [])
      }
    }
    return ReportedPart(
      name: "text", corpus: nil, symbol: "character", isJudged: true, planned: 4, runs: runs)
  }

  private func points(_ run: ReportedRun) -> [Point] {
    let offset = (run.variant == "smoe" ? 0 : 100) + Double(run.seed) * 10
    return [Point(0, offset), Point(7, offset + 1)]
  }

  @Test(
    "A line is the mean of its own variant's seeds, at the places of their points, inside a band that holds them all")
  func means() throws {
    let series = SeedCurves.series(try part(), points: points)
    #expect(series.map(\.name) == ["smoe", "hyperrouter"] && series.map(\.style) == [0, 1])
    #expect(series[0].points == [Point(0, 15), Point(7, 16)] && series[1].points == [Point(0, 115), Point(7, 116)])
    #expect(series[0].band == [10...20, 11...21] && series[1].band == [110...120, 111...121])
  }

  @Test("A value that is no number stays one, and its band is no narrow one")
  func notANumber() throws {
    let series = SeedCurves.series(try part()) { run in [Point(3, run.seed == 1 ? .nan : 5)] }
    #expect(series[0].points[0].y.isNaN && series[0].band == [-.infinity ... .infinity])
    let chart = LineChart(title: "t", x: Axis(label: "x"), y: Axis(label: "y"), series: series)
    #expect(chart.summary.contains("NaN") || chart.summary.contains("not"), "\(chart.summary)")
  }

  @Test("Long curves are averaged in groups, places and values alike; the same line is drawn once")
  func averaged() throws {
    let long = (1...10).map { Point(Double($0), Double($0 * $0)) }
    #expect(SeedCurves.averaged(long, atMost: 10) == long)
    #expect(
      SeedCurves.averaged(long, atMost: 4) == [
        Point(2, 14.0 / 3), Point(5, 77.0 / 3), Point(8, 194.0 / 3), Point(10, 100),
      ])
    let same = SeedCurves.series(try part()) { _ in [Point(1, 2)] }
    #expect(SeedCurves.joined(same, "all").map(\.name) == ["all"])
    #expect(SeedCurves.joined(SeedCurves.series(try part(), points: points), "all").count == 2)
  }

  private func lines(_ part: ReportedPart, _ prefix: String = "") -> [VerdictLine] {
    ReportedFindings(findings: PaperClaims.findings(part.finished), prefix: prefix).lines
  }

  @Test(
    "A comparison by seeds judges the claims; with one seed they are inconclusive, and without a router not measured")
  func verdicts() throws {
    var part = try part()
    let lines = self.lines(part)
    #expect(lines.count == 8 && lines.allSatisfy { $0.kind == .unmeasured })
    #expect(lines.allSatisfy { $0.words == "not measured: smoe-dropout is needed" })
    part.runs += try [1, 2].map { seed in
      var configuration = try StoredRunSample.configuration()
      configuration.training.seed = UInt64(seed)
      return ReportedRun(
        try RouterResult.sample("smoe-dropout", seed: UInt64(seed), test: [9, 8 + 0.001 * Double(seed)]), configuration,
        metrics: [])
    }
    let judged = self.lines(part, "p-claims-")
    #expect(judged[1].kind == .agrees && judged[0].chart == "p-claims-bits" && judged[2].chart == "p-claims-experts")
    // Collapse and restriction: there are no mixtures.
    #expect(judged.count { $0.words == "not measured: the test part is too short to look at mixtures" } == 2)
    var unfinished = part
    unfinished.runs.removeAll { $0.variant == "hyperrouter" && $0.seed == 2 }
    let words = Set(self.lines(unfinished).map(\.words))
    #expect(words == ["not measured: hyperrouter has no result of seed 2 yet"])
    part.runs = part.runs.filter { $0.seed == 1 }
    let one = self.lines(part)
    #expect(one[0].words == "inconclusive: one seed" && one[0].kind == .open)
  }

  @Test("Looks are drawn at their steps with their own values; rows of heat maps are dialects, columns experts")
  func places() throws {
    func evaluation(_ k: Int, _ loss: Double) -> String {
      #"{"k":\#(k),"loss":\#(loss),"symbols":9,"entropy_nats_per_layer":[1],"load_per_layer":[[0.1,0.2,0.3,0.4]]}"#
    }
    let text =
      #"{"router":"smoe","variant":"smoe","seed":1,"evaluation":[\#(evaluation(2, 1))],"test":[\#(evaluation(2, 1.1))],"#
      + #""best_k":2,"common_k":2,"last_k":2,"multiply_adds_per_token":[1e6],"mixtures":[],"policies":[],"#
      + #""routing_tables":[{"co_activation":[[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,1]],"#
      + #""first_choice_by_dialect":[[0.5,0.25,0.125,0.125],[0,0,0,1]]}],"course":["#
      + #"{"step":0,"validation":\#(evaluation(2, 3)),"mixtures":[],"saturation":[]},"#
      + #"{"step":7,"validation":\#(evaluation(2, 2)),"mixtures":[],"saturation":[]}],"entropy_nats_per_layer":[1],"#
      + #""trainable_routing_parameters":1,"parameters":9,"tokens_per_second":1,"seconds":1,"timed_steps":1,"#
      + #""k_schedule":"constant:2"}"#
    let result = try JSON.decode(RouterResult.self, from: Data(text.utf8))
    let run = ReportedRun(result, try StoredRunSample.configuration(), metrics: [])
    #expect(result.misfit(run.configuration) == nil)
    let part = ReportedPart(name: "text", corpus: nil, symbol: "character", isJudged: false, planned: 1, runs: [run])
    let report = PartReport(part: part, prefix: "", suffix: "")
    func chart<Kind: Chart>(_ section: Section?, _ id: String) throws -> Kind {
      let figures = (section?.blocks ?? []).flatMap { block -> [Block.Figure] in
        if case .figures(let figures) = block { figures } else { [] }
      }
      return try #require(figures.first { $0.id == id }?.chart as? Kind, "\(id)")
    }
    let validation: LineChart = try chart(report.training, "validation")
    #expect(validation.series[0].points == [Point(0, 3 / M_LN2), Point(7, 2 / M_LN2)])
    let dialects: HeatMap = try chart(report.experts, "dialects-0-0")
    #expect(dialects.rows == ["A", "B"] && dialects.columns == ["1", "2", "3", "4"])
    #expect(dialects.values == [[0.5, 0.25, 0.125, 0.125], [0, 0, 0, 1]])
    let load: BarChart = try chart(report.experts, "load")
    #expect(load.groups[0].values == [0.1, 0.2, 0.3, 0.4] && load.references[0].value == 0.25)
    let bits: LineChart = try chart(report.quality, "bits-k")
    #expect(bits.series[0].points == [Point(2, 1.1 / M_LN2)])
    #expect(report.texts.map(\.id) == nil && report.samples.map(\.id) == nil && report.worth.map(\.id) == nil)
  }

  @Test("A command line is quoted for a shell")
  func quoted() {
    #expect(
      ["a", "--k", "1,2", "it's", "", "a b", "~/x", "$(x)"].shellLine == #"a --k 1,2 'it'\''s' '' 'a b' '~/x' '$(x)'"#)
  }
}

/// A run's description.
enum StoredRunSample {
  static func configuration() throws -> RunConfiguration {
    let corpus = try Corpus(dialects: DialectCorpus(lines: 200))
    return try RunSettings(preset: .smoke).run(.smoe, on: corpus)
  }
}
