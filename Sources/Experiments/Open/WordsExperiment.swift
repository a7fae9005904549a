import Hosts
import Corpora
import Foundation
import MixtureOfExperts
import Tables
import Training

/// What routers are worth on a text of words, with a vocabulary that is cut.
package struct WordsExperiment: OpenExperiment {
  package init() {}

  package let id = "words"
  package let title = "Words of a text"
  package let method =
    "Equal conditions, on the words of the text of --data: the most frequent ones of its training part, <unk> for the others."
  package let text: BuiltinCorpus? = nil
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
    var table = Table(
      "perplexity at the k that validation chose",
      headings: ["router", "bits a word", "all words", "known words", "entropy of s, nats, k = \(k)"],
      notes: first.map { [$0.note] } ?? [])
    for variant in runs.variants {
      table.append([
        .text(variant), runs.cell(variant, 3) { $0.best?.bitsPerCharacter },
        runs.cell(variant, 1) { $0.best?.perplexity },
        runs.cell(variant, 1) { $0.best?.unknownWords?.knownPerplexity }, runs.cell(variant, 2) { $0.entropy(k: k) },
      ])
    }
    table.append([
      .text("by frequency"), .optional(first?.perplexityByFrequency.map(log2), digits: 3),
      .optional(first?.perplexityByFrequency, digits: 1), .optional(first?.knownPerplexityByFrequency, digits: 1),
      .missing,
    ])
    return [table]
  }
}
