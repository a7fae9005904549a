import Hosts
import Experiments
import Report
import Tables

extension PartReport {
  /// What the models are worth: bits against experts.
  var quality: Section? {
    guard !part.results.isEmpty else { return nil }
    let blocks = [
      Block.figures([figure("bits-k", bitsByK)]), .table(byK),
    ]
    let differences = differencesByK.map { [Block.figures([$0])] } ?? []
    return section(
      "quality", "Quality",
      "On the test part, which nothing was chosen by. \(overSeeds(of: isMeasured)) Lower is better."
        + (part.corpus?.entropyBitsPerSymbol == nil ? "" : " Nothing can be below the entropy of the source."),
      blocks + differences)
  }

  private var references: [Reference] {
    part.corpus?.entropyBitsPerSymbol.map { [Reference(name: "entropy", value: $0)] } ?? []
  }

  private func bits(_ result: RouterResult, _ k: Int) -> Double? {
    result.test.first { $0.k == k }?.bitsPerCharacter
  }

  private var bitsByK: LineChart {
    LineChart(
      title: "Bits by experts used", x: Axis(label: "k", unit: "experts for each token", scale: .logarithmic),
      y: Axis(label: "test loss", unit: part.unit),
      series: SeedCurves.series(part) { run in
        (run.result?.test ?? []).map { Point(Double($0.k), $0.bitsPerCharacter) }
      }, references: references, markers: true)
  }

  private var byK: Table {
    let entropy = part.corpus?.entropyBitsPerSymbol
    let rows = part.variants.map { variant in
      let best = mean(variant) { $0.best?.bitsPerCharacter }
      return [Table.Cell.text(variant)]
        + part.ks.map { k in .optional(mean(variant) { bits($0, k) }) } + [.optional(best)]
        + (entropy.map { entropy in [.optional(best.map { $0 - entropy })] } ?? [])
    }
    return Table(
      "Bits by k",
      headings: ["router"] + part.ks.map { "k = \($0)" } + ["at the k that validation chose"]
        + (entropy == nil ? [] : ["above entropy"]),
      rows: rows, notes: [part.unit + ", mean of seeds"])
  }

  private var differencesByK: Block.Figure? {
    let differences = part.finished.differences
    // More pairs than anybody reads are in the table at the end.
    guard !differences.isEmpty, part.variants.count <= 4 else { return nil }
    return figure(
      "differences",
      IntervalChart(
        title: "Differences, paired by seed", x: Axis(label: "first minus second", unit: part.unit),
        rows: differences.map {
          IntervalRow(label: "\($0.name), k = \($0.k)", mean: $0.bits.mean, interval: $0.bits.interval)
        }
      ),
      part.seeds.count > 1
        ? "Right of 0: the second is better. With 95 % intervals by Student's t."
        : "Right of 0: the second is better. One seed gives no interval.")
  }
}
