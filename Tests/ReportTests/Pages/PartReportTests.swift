import Corpora
import Foundation
import Tables
import TestSupport
import Testing
import Training

@testable import Experiments
@testable import Report

@Suite("What a page draws")
struct PartReportTests {
  /// A part with two routers and two seeds.
  private func report() throws -> PartReport {
    PartReport(
      PageSamples.part(
        try ["smoe", "hyperrouter"].flatMap { name in try [1, 2].map { try PageSamples.run(name, seed: $0) } }))
  }

  private func points(_ run: RunRecord) -> [Point] {
    let offset = (run.variant == "smoe" ? 0 : 100) + Double(run.seed) * 10
    return [Point(0, offset), Point(7, offset + 1)]
  }

  @Test(
    "A line is the mean of its own variant's seeds, at the places of their points, inside a band that holds them all")
  func means() throws {
    let series = try report().curves(points: points)
    #expect(series.map(\.name) == ["smoe", "hyperrouter"] && series.map(\.style) == [0, 1])
    #expect(series[0].points == [Point(0, 15), Point(7, 16)] && series[1].points == [Point(0, 115), Point(7, 116)])
    #expect(series[0].band == [10...20, 11...21] && series[1].band == [110...120, 111...121])
  }

  @Test("A value that is no number stays one, and its band is no narrow one")
  func notANumber() throws {
    let series = try report().curves { run in [Point(3, run.seed == 1 ? .nan : 5)] }
    #expect(series[0].points[0].y.isNaN && series[0].band == [-.infinity ... .infinity])
    let chart = LineChart(title: "t", x: Axis(label: "x"), y: Axis(label: "y"), series: series)
    #expect(chart.summary.contains("not finite"), "\(chart.summary)")
  }

  @Test("Long curves of steps are averaged in groups, places and values alike; the same line is drawn once")
  func averaged() throws {
    func loss(_ value: (_ run: RunRecord, _ step: Int) -> Double, steps: Int) throws -> LineChart {
      let runs = try report().part.runs.map { run in
        RunRecord(
          try #require(run.result), run.configuration,
          metrics: (1...steps).map {
            TrainingMetric(step: $0, loss: M_LN2, gradientNorm: value(run, $0), learningRate: 1, k: 2)
          })
      }
      let charts = PageSamples.charts(PartReport(PageSamples.part(runs)).training)
      return try #require(charts["gradient-norm"] as? LineChart)
    }
    let short = try loss({ _, step in Double(step * step) }, steps: 120)
    #expect(
      short.series.map(\.name) == ["all"]
        && short.series[0].points == (1...120).map { Point(Double($0), Double($0 * $0)) })
    let long = try loss({ run, step in Double(step) * (run.variant == "smoe" ? 1 : -1) }, steps: 361)
    #expect(long.series.map(\.name) == ["smoe", "hyperrouter"] && long.series[1].points[0] == Point(2.5, -2.5))
    #expect(long.series[0].points.count == 91 && long.series[0].points[90] == Point(361, 361))
  }

  @Test("Evaluations are drawn at their steps with their own values; rows of heat maps are classes, columns experts")
  func places() throws {
    let run = try PageSamples.run(
      bits: [1: 3, 2: 1.1 / M_LN2], loads: [1: [0.7, 0.1, 0.1, 0.1], 2: [0.1, 0.2, 0.3, 0.4]], history: [3, 2],
      steps: [0, 7], hasMixtures: false,
      tables: (
        [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], [[0.5, 0.25, 0.125, 0.125], [0, 0, 0, 1]]
      ))
    let report = PartReport(PageSamples.part([run]))
    let charts = PageSamples.charts(report.training, report.experts, report.quality)
    let validation = try #require(charts["validation"] as? LineChart)
    #expect(validation.series[0].points == [Point(0, 3 / M_LN2), Point(7, 2 / M_LN2)])
    let classes = try #require(charts["classes-0-0"] as? HeatMap)
    #expect(classes.rows == ["1", "2"] && classes.columns == ["1", "2", "3", "4"])
    #expect(classes.values == [[0.5, 0.25, 0.125, 0.125], [0, 0, 0, 1]])
    let load = try #require(charts["load"] as? BarChart)
    #expect(load.groups[0].values == [0.1, 0.2, 0.3, 0.4] && load.references[0].value == 0.25, "at the common k")
    let bits = try #require(charts["bits-k"] as? LineChart)
    #expect(bits.series[0].points == [Point(1, 3), Point(2, 1.1 / M_LN2)])
    #expect(report.texts.map(\.id) == nil && report.samples.map(\.id) == nil && report.worth.map(\.id) == nil)
  }

  /// The rows of a table of a run's part, by the summary that it is folded under.
  private func rows(_ summary: String, _ run: RunRecord) throws -> [[Table.Cell]] {
    let found = ReportTables(PageSamples.part([run])).blocks.compactMap { block -> Table? in
      guard case .details(summary: summary, let blocks) = block, case .table(let table) = blocks.first else {
        return nil
      }
      return table
    }
    return try #require(found.first, "\(summary)").rows
  }

  @Test("Every k has its own loads in the table of layers; the rows of validation and test are each of their own part")
  func tables() throws {
    let run = try PageSamples.run(
      bits: [1: 2, 2: 3, 4: 4], above: 0.5,
      loads: [1: [1, 0, 0, 0], 2: [0.5, 0.5, 0, 0], 4: [0.25, 0.25, 0.25, 0.25]])
    #expect(
      try rows("Routing by layer", run).map { [$0[2], $0[6]] } == [
        [.number(1), "1 0 0 0"], [.number(2), "0.5 0.5 0 0"], [.number(4), "0.25 0.25 0.25 0.25"],
      ])
    let evaluations = try rows("Evaluations", run)
    #expect(evaluations.map { $0[2] } == ["validation", "validation", "validation", "test", "test", "test"])
    let bits = evaluations.compactMap { if case .number(let bits, _) = $0[5] { bits } else { nil } }
    #expect(mismatch(bits, [2.5, 3.5, 4.5, 2, 3, 4], absolute: 1e-9) == nil)
  }

  @Test("Runs of different N and d stand side by side: bars and tables of their own size, lines that are true of all")
  func sizes() throws {
    func references(_ runs: [RunRecord]) -> [String: [String]] {
      let report = PartReport(PageSamples.part(runs))
      return PageSamples.charts(report.routing, report.experts).compactMapValues { chart in
        ((chart as? LineChart)?.references ?? (chart as? BarChart)?.references)?.map(\.name)
      }.filter { !$0.value.isEmpty }
    }
    let (small, large) = (try PageSamples.run("small"), try PageSamples.run("large", experts: 8, width: 64))
    #expect(
      references([small, try PageSamples.run("other")]) == [
        "entropy": ["ln N"], "effective-rank": ["d"], "variance-seen": ["(N−1)/d"], "load": ["fair share"],
      ])
    #expect(references([small, large]).isEmpty)
    #expect(
      references([small, try PageSamples.run("wide", width: 64)]) == ["entropy": ["ln N"], "load": ["fair share"]])
    // One layer of few experts is bars; of more than anybody reads, a map.
    let many = PageSamples.charts(
      PartReport(PageSamples.part([small, try PageSamples.run("many", experts: 40)])).experts)
    #expect(many["load"] == nil && many["load-0"] is HeatMap && many["load-1"] is HeatMap)
  }

  @Test("Differences have a chart where no claim is judged by them, and of few variants")
  func differences() throws {
    func hasChart(_ names: [String], _ conditions: Conditions? = nil) throws -> Bool {
      let runs = try names.flatMap { name in try [1, 2].map { try PageSamples.run(name, seed: $0) } }
      return PageSamples.charts(PartReport(PageSamples.part(runs, conditions: conditions)).quality)["differences"]
        != nil
    }
    #expect(
      try hasChart(["smoe", "hyperrouter"]) && hasChart(["smoe", "smoe-dropout", "hyperrouter"]))
    #expect(
      try !hasChart(["smoe", "smoe-dropout", "hyperrouter"], .published) && !hasChart(["a", "b", "c", "d", "e"]))
  }

  @Test("Means name the seeds that are measured, not those that are still trained")
  func seeds() throws {
    let finished = try PageSamples.run(seed: 1)
    let unfinished = RunRecord(variant: "smoe", try PageSamples.configuration(seed: 2), metrics: [], evaluations: [])
    func lead(_ runs: [RunRecord]) -> String { PartReport(PageSamples.part(runs)).quality?.lead ?? "" }
    #expect(lead([finished, unfinished]).contains("One seed."))
    #expect(
      try lead([finished, PageSamples.run(seed: 2), PageSamples.run("b", seed: 1)])
        .contains("Mean of 1 to 2 seeds; the band holds all of them."))
    let many = try ["a", "b", "c", "d", "e"].flatMap { name in try [1, 2].map { try PageSamples.run(name, seed: $0) } }
    #expect(lead(many).contains("Mean of 2 seeds. "), "no bands are drawn")
  }

  @Test("A page shows the table of claims that the terminal shows, and a chart for each quantity that was measured")
  func claims() throws {
    func runs(_ name: String, _ bits: (Int) -> [Int: Double]) throws -> [RunRecord] {
      try [1, 2].map { try PageSamples.run(name, seed: $0, bits: bits($0), hasMixtures: false) }
    }
    let three =
      try runs("smoe") { [1: Double($0), 2: 1.5] } + runs("hyperrouter") { [1: Double($0), 2: 1.5] }
      + runs("smoe-dropout") { [1: 9 + 0.01 * Double($0), 2: 8 + 0.001 * Double($0)] }
    let part = PageSamples.part(three, conditions: .tuned)
    let section = ReportedFindings.claims(of: part, in: [], prefix: "p-")
    let findings = PaperClaims.findings(part.finished, .tuned)
    let tables = section.blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    #expect(tables.map(\.rows) == [findings.table("").rows])
    #expect(tables[0].texts.map { $0[5] }[0...1] == ["no verdict", "supported"])
    #expect(Set(PageSamples.charts(section).keys) == ["p-claims-bits", "p-claims-entropy"])
    #expect(section.lead.hasPrefix("Tuned conditions: "))
    #expect(PageSamples.part(three).claims == nil && PageSamples.part([], conditions: .tuned).claims == nil)
  }
}
