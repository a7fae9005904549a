import MixtureOfExperts

extension OpenAnswer {
  /// Whether routers' models know the values of nested lists.
  ///
  /// - Parameter runs: Models of the three routers on such a text.
  /// - Returns: Answers about what was measured: router by router, then HyperRouter beside the others.
  public static func lists(_ runs: SeededRuns) -> [OpenAnswer] {
    let own = RouterKind.compared.compactMap { router in
      OpenAnswer(
        "\(router) knows values of lists better than a guess",
        "accuracy on the value − that of the most frequent one, or of the most frequent one of the outermost operator if that is "
          + "more, at the k that validation chose", unit: "of answers",
        runs.values(of: router.rawValue) { run in run.best?.answers.map { $0.all.accuracy - $0.all.byGuessing } })
    }
    let beside = RouterKind.compared.filter { $0 != .hyperRouter }.compactMap { rival in
      OpenAnswer(
        "hyperrouter knows values of lists better than \(rival)",
        "accuracy on the value, hyperrouter's − \(rival)'s, each at the k that validation chose for it",
        unit: "of answers",
        runs.difference(RouterKind.hyperRouter.rawValue, rival.rawValue) { $0.best?.answers?.all.accuracy })
    }
    return own + beside
  }
}
