import Corpora
import Foundation
import MixtureOfExperts
import Tables
import Training

/// Whether routers' models know the values of nested lists, which are learned late.
struct ListsExperiment: OpenExperiment {
  let id = "lists"
  let title = "Values of nested lists"
  let method = "Matched conditions, on nested lists and their values."
  let text = OpenText.builtin(.lists)
  let stepFactor = 5.0 / 3
  let learningRate: Double? = 6e-3

  func questions(_ runs: FinishedRuns) -> [Question] {
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

  func tables(_ runs: FinishedRuns) -> [Table] {
    let rows = runs.variants.map { MeasuredTables.Row(name: $0, results: runs[$0].compactMap(\.best)) }
    let tables = MeasuredTables(rowTitle: "router", rows: rows, place: " at the k that validation chose")
    return [tables.answers(showsBits: true)].compactMap { $0 }
  }
}

/// What routers are worth on a text of words, with a vocabulary that is cut.
package struct WordsExperiment: OpenExperiment {
  package init() {}

  package let id = "words"
  package let title = "Words of a text"
  package let method =
    "Matched conditions, on the words of the text of --data: the most frequent ones of its training part, <unk> for the others."
  package let text = OpenText.words
  package let stepFactor = 1.0 / 3

  /// How many words are known unless told otherwise, `<unk>` included.
  package static let vocabulary = 2000

  package func questions(_ runs: FinishedRuns) -> [Question] {
    let (k, hyperRouter) = (runs.commonK, RouterKind.hyperRouter.rawValue)
    return RouterKind.compared.map { router in
      Question(
        "\(router)-frequency", "\(router) predicts known words better than their frequency does",
        "log₂ of the perplexity of known words by frequency − the model's, at the k that validation chose",
        unit: "bits a word", within: router.rawValue
      ) { run in
        guard let words = run.best?.unknownWords, let chance = words.knownPerplexityByFrequency else { return nil }
        return words.knownPerplexity.map { log2(chance / $0) }
      }
    }
      + rivals.flatMap { rival in
        [
          Question(
            "\(rival)-words", "\(hyperRouter) predicts known words better than \(rival)",
            "log₂ of the perplexity of known words, \(rival)'s − \(hyperRouter)'s, each at the k that validation chose for it",
            unit: "bits a word", rival.rawValue, minus: hyperRouter
          ) { $0.best?.unknownWords?.knownPerplexity.map(log2) },
          Question(
            "\(rival)-entropy", "on words \(hyperRouter)'s routing entropy is lower than \(rival)'s",
            "entropy of s at k = \(k), \(rival)'s − \(hyperRouter)'s, mean of the layers", unit: "nats",
            rival.rawValue, minus: hyperRouter
          ) { $0.entropy(k: k) },
        ]
      }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    let (k, first) = (runs.commonK, runs.results.first?.best?.unknownWords)
    var table = runs.table(
      "perplexity at the k that validation chose",
      [
        ("bits a word", 3, { $0.best?.bitsPerCharacter }), ("all words", 1, { $0.best?.perplexity }),
        ("known words", 1, { $0.best?.unknownWords?.knownPerplexity }),
        ("entropy of s, nats, k = \(k)", 2, { $0.entropy(k: k) }),
      ], notes: first.map { [$0.note] } ?? [])
    table.append([
      .text("by frequency"), .optional(first?.perplexityByFrequency.map(log2), digits: 3),
      .optional(first?.perplexityByFrequency, digits: 1), .optional(first?.knownPerplexityByFrequency, digits: 1),
      .missing,
    ])
    return [table]
  }
}

/// What pretraining is worth for a classifier that begins with the models of ``ReachExperiment``.
struct FinetuneExperiment: OpenExperiment {
  let id = "finetune"
  let title = "Finetuning"
  let method =
    "Matched conditions; the models are then finetuned to tell the dialect of a line whose marker is hidden, beside the same network "
    + "from scratch and a frozen body."

  func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] {
    ReachExperiment().variants(settings)
  }

  func prepare(_ run: inout PlannedRun) { run.isFinetuned = true }

  func questions(_ runs: FinishedRuns) -> [Question] {
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

  func tables(_ runs: FinishedRuns) -> [Table] {
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
