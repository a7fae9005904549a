import Corpora
import Experiments
import Foundation
import Report
import Tables
import Training

extension PartReport {
  /// More experts make a heat map that nobody reads.
  private static let mostExperts = 32

  /// Who works, with whom, and for whom.
  var experts: Section? {
    let loads = part.first { result in
      result.test.first { $0.k == result.commonK }.flatMap { $0.loadPerLayer.isEmpty ? nil : $0.loadPerLayer }
    }
    guard !loads.isEmpty else { return nil }
    let seeds = Set(loads.map(\.run.seed)).sorted().map(String.init).joined(separator: ", ")
    let ks = loads.compactMap(\.run.result?.commonK).distinct.map(String.init).joined(separator: " or ")
    var blocks: [Block] = [.figures(loadFigures(loads))]
    let together = tables("co-activation", "Work together", "other expert", { names($0.count) }) { $0.coActivation }
    let dialects = tables("dialects", "Dialects", "expert", { markers($0.count) }) { $0.firstChoiceByDialect }
    if !together.isEmpty {
      blocks += [.heading("Which experts work together"), .figures(together)]
    }
    if !dialects.isEmpty {
      blocks += [.heading("Which dialect goes to which expert"), .figures(dialects)]
    }
    if part.experts > Self.mostExperts {
      blocks.append(
        .paragraph("Tables of more than \(Self.mostExperts) experts are left out: they are too many to be read."))
    }
    return section(
      "experts", "Experts",
      "On the test part at k = \(ks), of seed \(seeds). Experts and layers are numbered from 1.", blocks)
  }

  private func names(_ count: Int) -> [String] { (0..<count).map { "\($0 + 1)" } }

  private func markers(_ count: Int) -> [String] {
    (0..<count).map { index in
      index < DialectCorpus.markers.count
        ? String(UnicodeScalar(DialectCorpus.markers[index])) : "\(index + 1)"
    }
  }

  private func loadFigures(_ loads: [(variant: String, run: ReportedRun, value: [[Double]])]) -> [Block.Figure] {
    let caption = "The share of a layer's assignments."
    // Runs side by side may differ in N.
    let counts = loads.map { $0.value.first?.count ?? 0 }
    let most = counts.max() ?? 0
    guard loads.allSatisfy({ $0.value.count == 1 }), most <= Self.mostExperts else {
      return zip(loads, counts).enumerated().map { index, found in
        let (load, experts) = found
        return figure(
          "load-\(index)",
          HeatMap(
            title: "Load, \(load.variant)", rows: names(load.value.count), columns: names(experts),
            rowLabel: "layer", columnLabel: "expert", values: load.value, scaleLabel: "share of assignments",
            most: max(0.01, loads.flatMap { $0.value.joined() }.max() ?? 1)),
          "\(caption) A fair share is \(Numeral.value(1 / Double(experts))).")
      }
    }
    let groups = loads.map { load in
      BarGroup(
        name: load.variant, values: load.value[0] + Array(repeating: nil, count: most - load.value[0].count),
        style: part.variants.firstIndex(of: load.variant))
    }
    let chart = BarChart(
      title: "Load", y: Axis(label: "share of assignments"), categories: names(most), groups: groups,
      references: Set(counts).count == 1 ? [Reference(name: "fair share", value: 1 / Double(most))] : [])
    return [figure("load", chart, caption)]
  }

  /// A heat map for each variant and layer; of many layers the first and the last.
  private func tables(
    _ id: String, _ title: String, _ columnLabel: String, _ rows: ([[Double]]) -> [String],
    _ values: (RoutingTable) -> [[Double]]?
  ) -> [Block.Figure] {
    let found = part.first { $0.routingTables.isEmpty ? nil : $0.routingTables }
    let isPairs = id == "co-activation"
    var figures: [Block.Figure] = []
    for (index, (variant, _, tables)) in found.enumerated() {
      let last = tables.count - 1
      for layer in tables.indices where last <= 1 || layer == 0 || layer == last {
        let experts = tables[layer].coActivation.count
        guard experts <= Self.mostExperts, let table = values(tables[layer]) else { continue }
        let most = isPairs ? table.joined().max() ?? 1 : 1
        let map = HeatMap(
          title: "\(title), \(variant), layer \(layer + 1)", rows: rows(table), columns: names(experts),
          rowLabel: isPairs ? "expert" : "dialect", columnLabel: columnLabel, values: table,
          scaleLabel: isPairs ? "share of tokens that have both" : "share of the dialect's tokens",
          most: max(0.01, most))
        figures.append(
          figure(
            "\(id)-\(index)-\(layer)", map,
            isPairs ? "On the diagonal: tokens that have the expert." : "By first expert; every row sums to 1."))
      }
    }
    return figures
  }
}
