import Foundation
import MixtureOfExperts
import Training

extension OpenAnswer {
  /// What routers are worth on a text of words.
  ///
  /// - Parameters:
  ///   - runs: Models of the three routers on such a text, with a vocabulary that is cut.
  ///   - k: Experts for each token at which entropies are compared.
  /// - Returns: Answers about what was measured: router by router, then HyperRouter beside the others.
  public static func words(_ runs: SeededRuns, k: Int) -> [OpenAnswer] {
    let own = RouterKind.compared.compactMap { router in
      OpenAnswer(
        "\(router) predicts known words better than their frequency does",
        "log₂ of the perplexity of known words by frequency − the model's, at the k that validation chose",
        unit: "bits a word",
        runs.values(of: router.rawValue) { run in
          guard let words = run.best?.unknownWords, let chance = words.knownPerplexityByFrequency else { return nil }
          return words.knownPerplexity.map { log2(chance / $0) }
        })
    }
    let hyperRouter = RouterKind.hyperRouter.rawValue
    let beside = RouterKind.compared.filter { $0 != .hyperRouter }.flatMap { rival -> [OpenAnswer] in
      let answers: [OpenAnswer?] = [
        OpenAnswer(
          "\(hyperRouter) predicts known words better than \(rival)",
          "log₂ of the perplexity of known words, \(rival)'s − \(hyperRouter)'s, each at the k that validation chose for it",
          unit: "bits a word",
          runs.difference(rival.rawValue, hyperRouter) { $0.best?.unknownWords?.knownPerplexity.map(log2) }),
        OpenAnswer(
          "on words \(hyperRouter)'s router is surer than \(rival)'s",
          "entropy of s at k = \(k), \(rival)'s − \(hyperRouter)'s, mean of the layers", unit: "nats",
          runs.difference(rival.rawValue, hyperRouter) { $0.entropy(k: k) }),
      ]
      return answers.compactMap { $0 }
    }
    return own + beside
  }
}
