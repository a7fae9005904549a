import Corpora
import Experiments
import Jacobian
import Report

extension PartReport {
  /// What the learned routing and the memory are worth.
  var worth: Section? {
    let policies = bars(RoutingPolicy.allCases.map(\.rawValue)) { result, index in
      result.policies.first { $0.policy == RoutingPolicy.allCases[index] }?.evaluation.bitsPerCharacter
    }
    let memory = bars(["with memory", "without"]) { result, index in
      index == 0
        ? result.withoutMemory.flatMap { _ in result.best?.bitsPerCharacter } : result.withoutMemory?.bitsPerCharacter
    }
    let recall = bars(["with memory", "without"]) { result, index in
      index == 0 ? result.withoutMemory.flatMap { _ in result.best?.recallBits } : result.withoutMemory?.recallBits
    }
    func chart(_ title: String, _ categories: [String], _ groups: [BarGroup], _ label: String) -> BarChart {
      BarChart(title: title, y: Axis(label: label, unit: part.unit), categories: categories, groups: groups)
    }
    var figures: [Block.Figure] = []
    if !policies.isEmpty {
      figures.append(
        figure(
          "policies",
          chart(
            "The same experts, routed in another way", RoutingPolicy.allCases.map(\.rawValue), policies, "test loss"),
          "At k = \(part.commonK). Permuted: every token as another one; initial: as before training; uniform: anyhow.")
      )
    }
    if !memory.isEmpty {
      let categories = ["with memory", "without"]
      figures.append(figure("memory", chart("What memory is worth", categories, memory, "test loss"), "At the best k."))
      if !recall.isEmpty {
        figures.append(
          figure(
            "recall", chart("The symbol that only memory knows", categories, recall, "loss of recall symbols"),
            part.corpus?.name == DialectCorpus.name
              ? "It repeats the letter \(DialectCorpus.recallDistance) characters before it."
              : "It repeats what stood behind the same symbol before."))
      }
    }
    figures += apart
    return section(
      "worth", "What routing and memory are worth",
      overSeeds("whiskers hold", of: isMeasured),
      figures.isEmpty ? [] : [.figures(figures)])
  }
}
