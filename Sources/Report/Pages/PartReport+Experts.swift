import Corpora
import Experiments
import Hosts
import Tables
import Training

extension PartReport {
  /// More experts make a heat map that nobody reads.
  private static let mostExperts = 32

  /// Who works, with whom, and for whom.
  var experts: Section? {
    let loads = part.first { run in run[run.commonK].flatMap { $0.loadPerLayer.isEmpty ? nil : $0.loadPerLayer } }
    guard !loads.isEmpty else { return nil }
    let seeds = Set(loads.map(\.run.seed)).sorted().map(String.init).joined(separator: ", ")
    let ks = loads.compactMap(\.run.result?.commonK).distinct.map(String.init).joined(separator: " or ")
    let together = maps(
      "co-activation", "Work together", row: "expert", column: "other expert", "share of tokens that have both",
      "On the diagonal: tokens that have the expert.", rows: Self.numbers
    ) { $0.coActivation }
    let markers = part.corpus.flatMap { BuiltinCorpus(rawValue: $0.name) }?.facts.classMarkers ?? []
    let classes = maps(
      "classes", "Classes", row: "class", column: "expert", "share of the class's tokens", most: 1,
      "By first expert; every row, named by the marker of its topic or dialect, sums to 1.",
      rows: { count in markers.count == count ? markers.map { String(UnicodeScalar($0)) } : Self.numbers(count) }
    ) { $0.firstChoiceByClass }
    var blocks: [Block] = [.figures(load(loads))]
    if !together.isEmpty { blocks += [.heading("Which experts work together"), .figures(together)] }
    if !classes.isEmpty { blocks += [.heading("Which class goes to which expert"), .figures(classes)] }
    if part.experts > Self.mostExperts {
      blocks.append(
        .paragraph("Tables of more than \(Self.mostExperts) experts are left out: they are too many to be read."))
    }
    return section(
      "experts", "Experts",
      "On the test part at k = \(ks), of seed \(seeds). Experts and layers are numbered from 1.", blocks)
  }

  private static func numbers(_ count: Int) -> [String] { (0..<count).map { "\($0 + 1)" } }

  /// Bars for one layer of a few experts, else a heat map for each variant.
  private func load(_ loads: [(variant: String, run: RunRecord, value: [[Double]])]) -> [Block.Figure] {
    let caption = "The share of a layer's assignments."
    // Runs side by side may differ in N.
    let counts = loads.map { $0.value.first?.count ?? 0 }
    let most = counts.max() ?? 0
    guard loads.allSatisfy({ $0.value.count == 1 }), most <= Self.mostExperts else {
      let highest = max(0.01, loads.flatMap { $0.value.joined() }.max() ?? 1)
      return zip(loads, counts).enumerated().map { index, found in
        let (load, experts) = found
        return figure(
          "load-\(index)",
          HeatMap(
            title: "Load, \(load.variant)", rows: Self.numbers(load.value.count), columns: Self.numbers(experts),
            rowLabel: "layer", columnLabel: "expert", values: load.value, scaleLabel: "share of assignments",
            most: highest), "\(caption) A fair share is \(Numeral.value(1 / Double(experts))).")
      }
    }
    let groups = loads.map { load in
      BarGroup(
        name: load.variant, values: load.value[0] + Array(repeating: nil, count: most - load.value[0].count),
        style: part.variants.firstIndex(of: load.variant))
    }
    let chart = BarChart(
      title: "Load", y: Axis(label: "share of assignments"), categories: Self.numbers(most), groups: groups,
      references: Set(counts).count == 1 ? [Reference(name: "fair share", value: 1 / Double(most))] : [])
    return [figure("load", chart, caption)]
  }

  /// A heat map for each variant and layer; of many layers the first and the last.
  private func maps(
    _ id: String, _ title: String, row: String, column: String, _ scale: String, most: Double? = nil,
    _ caption: String, rows: (Int) -> [String], _ values: (RoutingTable) -> [[Double]]?
  ) -> [Block.Figure] {
    let found = part.first { $0.routingTables.isEmpty ? nil : $0.routingTables }
    return found.enumerated().flatMap { index, entry -> [Block.Figure] in
      let last = entry.value.count - 1
      return entry.value.enumerated().compactMap { layer, table in
        guard last <= 1 || layer == 0 || layer == last, table.coActivation.count <= Self.mostExperts,
          let cells = values(table)
        else { return nil }
        return figure(
          "\(id)-\(index)-\(layer)",
          HeatMap(
            title: "\(title), \(entry.variant), layer \(layer + 1)", rows: rows(cells.count),
            columns: Self.numbers(table.coActivation.count), rowLabel: row, columnLabel: column, values: cells,
            scaleLabel: scale, most: most ?? max(0.01, cells.joined().max() ?? 1)), caption)
      }
    }
  }

  /// Held-out text in the colours of its experts, and of its surprise.
  var texts: Section? {
    let readings = part.first(\.reading)
    guard !readings.isEmpty else { return nil }
    let k = readings.map(\.value.k).distinct.map(String.init).joined(separator: " or ")
    func view(
      _ title: String, _ scale: MarkedTexts.Scale, _ caption: String, _ marks: (TextReading) -> [Int?]?
    ) -> MarkedTexts.View {
      MarkedTexts.View(
        title: title, scale: scale, caption: caption,
        texts: readings.compactMap { variant, run, reading in
          marks(reading).map {
            MarkedTexts.Text(title: "\(variant), seed \(run.seed)", symbols: reading.symbols, marks: $0)
          }
        })
    }
    let layers = (0..<(readings.map(\.value.firstExperts.count).max() ?? 0)).map { layer in
      view(
        "expert, layer \(layer + 1)", .things(part.experts),
        "The number below is a symbol's first expert; it stands where the expert changes."
      ) { layer < $0.firstExperts.count ? $0.firstExperts[layer] : nil }
    }
    let surprise = view(
      "surprise", .amounts, "The number below is what a symbol cost, in whole bits; nothing predicts the first."
    ) { $0.bits.map { $0.map { Int(min(99, max(0, $0)).rounded()) } } }
    return section(
      "texts", "Text by expert",
      "The beginning of the test part at k = \(k), read with memory. ⏎ is a line's end.",
      [.markedTexts(MarkedTexts(id: prefix + "marked", views: layers + [surprise]))])
  }

  /// What the models write.
  var samples: Section? {
    section(
      "samples", "What they write", "Drawn from each model's own distribution, from the beginning of a line.",
      part.first(\.sample).map { variant, run, sample in
        .sample(title: "\(variant), seed \(run.seed), k = \(sample.k)", text: sample.text)
      })
  }
}
