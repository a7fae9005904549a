import Hosts
import MixtureOfExperts
import Tables
import Training

/// What pretraining is worth for a classifier that begins with the models of ``ReachExperiment``.
package struct FinetuneExperiment: OpenExperiment {
  package init() {}

  package let id = "finetune"
  package let title = "Finetuning"
  package let method =
    "Equal conditions; the models are then finetuned to tell the dialect of a line whose marker is hidden, beside the same network "
    + "from scratch and a frozen body."

  package func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] {
    ReachExperiment().variants(settings)
  }

  package func prepare(_ run: inout PlannedRun) { run.isFinetuned = true }

  package func questions(_ runs: FinishedRuns) -> [Question] {
    let own = RouterKind.compared.flatMap { router in
      [(FinetuningCondition.scratch, "from scratch"), (.frozen, "with a frozen body")].map { other, words in
        Question(
          "\(router)-\(other)", "\(router): finetuned it is better than \(words)",
          "accuracy finetuned − accuracy \(words)", unit: "of texts", within: router.rawValue
        ) { difference($0.finetuning?[.finetuned], $0.finetuning?[other]) }
      }
    }
    return own
      + rivals.map { rival in
        Question(
          "\(rival)", "finetuned, hyperrouter is better than \(rival)",
          "accuracy finetuned, hyperrouter's − \(rival)'s, each at the k that validation chose for it",
          unit: "of texts", RouterKind.hyperRouter.rawValue, minus: rival.rawValue
        ) { $0.finetuning?[.finetuned] }
      }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    let first = runs.results.first?.finetuning
    let ks = (first?.results.first?.test ?? []).map(\.k)
    func text(_ value: Double) -> String { Estimate(value).text(digits: 3) }
    var table = Table(
      "accuracy on the test part", headings: ["router, condition"] + ks.map { "k = \($0)" } + ["best"],
      notes: first.map {
        ["Chance baseline \(text($0.chance))" + ($0.ceiling.map { "; at most \(text($0))." } ?? ".")]
      } ?? [])
    for variant in runs.variants {
      for condition in FinetuningCondition.allCases {
        table.append(
          [.text("\(variant), \(condition.rawValue)")]
            + ks.map { k in
              runs.cell(variant, 3) { run in
                run.finetuning?.results.first { $0.condition == condition }?.test.first { $0.k == k }?.accuracy
              }
            } + [runs.cell(variant, 3) { $0.finetuning?[condition] }])
      }
    }
    return [table]
  }
}
