import Corpora
import Experiments
import Hosts
import Jacobian
import Tables
import Training

extension PartReport {
  /// What the models are worth: bits against experts.
  var quality: Section? {
    guard !finished.all.isEmpty else { return nil }
    return section(
      "quality", "Quality",
      "On the test part, which nothing was chosen by. \(overSeeds(band)) Lower is better."
        + (part.corpus?.entropyBitsPerSymbol == nil ? "" : " Nothing can be below the entropy of the source."),
      [.figures([figure("bits-k", bitsByK)] + [differencesByK].compactMap { $0 }), .table(finished.quality)])
  }

  private var bitsByK: LineChart {
    LineChart(
      title: "Bits by experts used", x: Axis(label: "k", unit: "experts for each token", scale: .logarithmic),
      y: Axis(label: "test loss", unit: part.unit),
      series: curves { run in (run.result?.test ?? []).map { Point(Double($0.k), $0.bitsPerCharacter) } },
      references: part.corpus?.entropyBitsPerSymbol.map { [Reference(name: "entropy", value: $0)] } ?? [],
      markers: true)
  }

  /// nil where claims are judged by the same differences, and of more pairs than anybody reads: they are in the table at the end.
  private var differencesByK: Block.Figure? {
    let differences = finished.differences
    guard part.claims == nil, !differences.isEmpty, part.variants.count <= Self.mostBands else { return nil }
    return figure(
      "differences",
      IntervalChart(
        title: "Differences, paired by seed", x: Axis(label: "first minus second", unit: part.unit),
        rows: differences.map {
          IntervalRow(label: "\($0.a) − \($0.b), k = \($0.k)", mean: $0.paired.mean, interval: $0.paired.interval)
        }),
      "Right of 0: the second is better. "
        + (finished.seeds.count > 1 ? "With uncorrected 95 % intervals by Student's t." : "One seed gives no interval.")
    )
  }

  /// What the learned routing and the memory are worth.
  var worth: Section? {
    let memory = ["with memory", "without"]
    func withAndWithout(_ value: @escaping (EvaluationResult) -> Double?) -> [BarGroup] {
      bars(2) { result, index in
        result.withoutMemory.flatMap { without in index == 0 ? result.best.flatMap(value) : value(without) }
      }
    }
    let figures = [
      barFigure(
        "policies", "The same experts, routed in another way", "test loss", RoutingPolicy.allCases.map(\.rawValue),
        bars(RoutingPolicy.allCases.count) { result, index in
          result.policies.first { $0.policy == RoutingPolicy.allCases[index] }?.evaluation.bitsPerCharacter
        },
        "At k = \(finished.commonK). Permuted: every token as another one; initial: as before training; uniform: anyhow."
      ),
      barFigure(
        "memory", "Effect of memory", "test loss", memory, withAndWithout(\.bitsPerCharacter), "At the best k."),
      barFigure(
        "recall", "The symbol that only memory knows", "loss of recall symbols", memory, withAndWithout(\.recallBits),
        part.corpus?.name == DialectCorpus.name
          ? "It repeats the letter \(DialectCorpus.recallDistance) characters before it."
          : "It repeats what stood behind the same symbol before."),
      recallByDistance, answersByDepth,
    ].compactMap { $0 }
    return section(
      "worth", "What routing and memory are worth", overSeeds("whiskers hold"),
      figures.isEmpty ? [] : [.figures(figures)])
  }

  /// A bar chart; nil without bars.
  private func barFigure(
    _ id: String, _ title: String, _ label: String, unit: String?? = .none, _ categories: [String],
    _ groups: [BarGroup], references: [Reference] = [], _ caption: String
  ) -> Block.Figure? {
    groups.isEmpty
      ? nil
      : figure(
        id,
        BarChart(
          title: title, y: Axis(label: label, unit: unit ?? part.unit), categories: categories, groups: groups,
          references: references), caption)
  }

  private var recallByDistance: Block.Figure? {
    let found = Set(finished.results.flatMap { $0.best?.recallByDistance?.compactMap(\.range) ?? [] })
    let ranges = DistanceRange.all.filter { found.contains($0) }
    guard ranges.count > 1 else { return nil }
    return barFigure(
      "recall-distance", "Recalled symbols by distance", "loss of recalled symbols", ranges.map(\.description),
      bars(ranges.count) { result, index in
        result.best?.recallByDistance?.first { $0.range == ranges[index] }?.bits
      },
      references: part.corpus?.recallBitsChanceBaseline.map { [Reference(name: "chance baseline", value: $0)] } ?? [],
      "With memory, at the best k; distances in symbols.")
  }

  private var answersByDepth: Block.Figure? {
    let answers = finished.results.compactMap { $0.best?.answers }
    let depths = Set(answers.flatMap { $0.byDepth.map(\.depth) }).sorted()
    guard let first = answers.first else { return nil }
    return barFigure(
      "answers", "Accuracy on the answer", "share of answers", unit: .some(nil), depths.map { "depth \($0)" },
      bars(depths.count) { result, index in result.best?.answers?[depth: depths[index]]?.accuracy },
      references: [Reference(name: "most frequent answer", value: first.all.chanceBaseline)]
        + (first.all.byOperation.map { [Reference(name: "that of the operator", value: $0)] } ?? []),
      "At the best k, by how deep the list is nested.")
  }

  /// Findings, charts and tables of an experiment about what the paper leaves open; nil if nothing is finished.
  func answers(to experiment: any OpenExperiment) -> Section? {
    guard !finished.all.isEmpty else { return nil }
    let id = "open-\(experiment.id)"
    let found = ReportedFindings(findings: experiment.findings(finished), prefix: "\(prefix)\(id)-")
    let figures = found.figures + reach(id)
    return Section(
      id: prefix + id, title: experiment.title,
      lead: ([experiment.method] + finished.intervalNote.map { $0 + "." }).joined(separator: " "),
      blocks: (found.findings.isEmpty ? [] : [.table(found.findings.table("What was found"))])
        + (figures.isEmpty ? [] : [.figures(figures)])
        + experiment.tables(finished).map { .table($0) } + [found.rules])
  }

  /// Curves of runs that were evaluated with several memories.
  private func reach(_ id: String) -> [Block.Figure] {
    let lengths = curves { run in
      // No memory has no place on a logarithmic axis: the table has it.
      (run.result?.reach?.lengths ?? []).filter { $0.memory > 0 }
        .map { Point(Double($0.memory), $0.evaluation.bitsPerCharacter) }
    }
    guard !lengths.isEmpty else { return [] }
    func places(_ content: MemoryContent) -> [Series] {
      curves(", \(content.rawValue)", isDashed: content == .own) { run in
        (run.result?.reach?[content]?.bitsByPosition ?? []).enumerated().map { Point(Double($0 + 1), $1) }
      }
    }
    let y = Axis(label: "test loss", unit: part.unit)
    return [
      figure(
        "\(id)-lengths",
        LineChart(
          title: "Bits by tokens of memory", x: Axis(label: "M", unit: "tokens", scale: .logarithmic), y: y,
          series: lengths, markers: true)),
      figure(
        "\(id)-positions",
        LineChart(
          title: "Bits by place in the segment", x: Axis(label: "place", unit: "symbols"), y: y,
          series: places(.nothing) + places(.own)), "Without memory, and with its own."),
    ]
  }
}
