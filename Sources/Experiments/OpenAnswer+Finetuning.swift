import MixtureOfExperts
import Training

extension OpenAnswer {
  /// What pretraining is worth for a classifier, router by router, then HyperRouter beside the others.
  ///
  /// - Parameter runs: Models that were finetuned.
  /// - Returns: Answers about what was measured.
  public static func finetuning(_ runs: SeededRuns) -> [OpenAnswer] {
    let own = RouterKind.compared.flatMap { router -> [OpenAnswer] in
      func answer(_ statement: String, _ rule: String, beside other: FinetuningCondition) -> OpenAnswer? {
        OpenAnswer(
          "\(router): \(statement)", rule, unit: "of texts",
          runs.values(of: router.rawValue) { run in
            run.finetuning?[.finetuned].flatMap { finetuned in run.finetuning?[other].map { finetuned - $0 } }
          })
      }
      return [
        answer(
          "finetuned it is better than from scratch", "accuracy finetuned − accuracy from scratch", beside: .scratch),
        answer(
          "finetuned it is better than with a frozen body", "accuracy finetuned − accuracy with a frozen body",
          beside: .frozen),
      ].compactMap { $0 }
    }
    let beside = RouterKind.compared.filter { $0 != .hyperRouter }.compactMap { rival in
      OpenAnswer(
        "finetuned, hyperrouter is better than \(rival)",
        "accuracy finetuned, hyperrouter's − \(rival)'s, each at the k that validation chose for it",
        unit: "of texts",
        runs.difference(RouterKind.hyperRouter.rawValue, rival.rawValue) { $0.finetuning?[.finetuned] })
    }
    return own + beside
  }
}
