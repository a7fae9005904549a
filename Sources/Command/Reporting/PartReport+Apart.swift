import Corpora
import Experiments
import Report
import Training

extension PartReport {
  /// What built-in texts measure apart from the loss: recalled symbols by distance, answers by depth.
  var apart: [Block.Figure] { [recallByDistance, answersByDepth].compactMap { $0 } }

  private var recallByDistance: Block.Figure? {
    let found = Set(part.results.flatMap { $0.best?.recallByDistance?.compactMap(\.range) ?? [] })
    let ranges = DistanceRange.all.filter { found.contains($0) }
    guard ranges.count > 1 else { return nil }
    let names = ranges.map(\.description)
    let groups = bars(names) { result, index in
      result.best?.recallByDistance?.first { $0.range == ranges[index] }?.bits
    }
    let chance = part.corpus?.recallBitsByChance
    return figure(
      "recall-distance",
      BarChart(
        title: "Recalled symbols by distance", y: Axis(label: "loss of recalled symbols", unit: part.unit),
        categories: names, groups: groups, references: chance.map { [Reference(name: "by chance", value: $0)] } ?? []),
      "With memory, at the best k; distances in symbols.")
  }

  private var answersByDepth: Block.Figure? {
    let answers = part.results.compactMap { $0.best?.answers }
    let depths = Set(answers.flatMap { $0.byDepth.map(\.depth) }).sorted()
    guard let first = answers.first else { return nil }
    let names = depths.map { "depth \($0)" }
    let groups = bars(names) { result, index in
      result.best?.answers?[depth: depths[index]]?.accuracy
    }
    return figure(
      "answers",
      BarChart(
        title: "Accuracy on the answer", y: Axis(label: "share of answers"), categories: names, groups: groups,
        references: [Reference(name: "most frequent answer", value: first.all.byChance)]
          + (first.all.byOperation.map { [Reference(name: "that of the operator", value: $0)] } ?? [])),
      "At the best k, by how deep the list is nested.")
  }
}
