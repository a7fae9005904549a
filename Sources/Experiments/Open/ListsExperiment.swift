import Hosts
import Corpora
import MixtureOfExperts
import Tables
import Training

/// Whether routers' models know the values of nested lists, which are learned late.
package struct ListsExperiment: OpenExperiment {
  package init() {}

  package let id = "lists"
  package let title = "Values of nested lists"
  package let method = "Equal conditions, on nested lists and their values."
  package let text: BuiltinCorpus? = .lists
  package let stepFactor = 5.0 / 3
  package let learningRate: Double? = 6e-3

  package func questions(_ runs: FinishedRuns) -> [Question] {
    RouterKind.compared.map { router in
      Question(
        "\(router)-guess", "\(router) knows values of lists better than a guess",
        "accuracy on the value − that of the most frequent one, or of the most frequent one of the outermost operator if that is "
          + "more, at the k that validation chose", unit: "of answers", within: router.rawValue
      ) { run in run.best?.answers.map { $0.all.accuracy - $0.all.byGuessing } }
    }
      + rivals.map { rival in
        Question(
          "\(rival)", "hyperrouter knows values of lists better than \(rival)",
          "accuracy on the value, hyperrouter's − \(rival)'s, each at the k that validation chose for it",
          unit: "of answers", RouterKind.hyperRouter.rawValue, minus: rival.rawValue
        ) { $0.best?.answers?.all.accuracy }
      }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    let rows = runs.variants.map { MeasuredTables.Row($0, runs[$0].compactMap(\.best)) }
    let tables = MeasuredTables("router", rows, place: " at the k that validation chose")
    return [tables.answers(showsBits: true)].compactMap { $0 }
  }
}
