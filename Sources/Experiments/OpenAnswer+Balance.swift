import MixtureOfExperts

extension OpenAnswer {
  /// Whether a generated and a frozen router spread load, specialise and differ as much as routers that are made to.
  ///
  /// - Parameters:
  ///   - runs: The models of ``BalanceVariants``.
  ///   - k: Experts for each token.
  /// - Returns: Answers about what was measured.
  public static func balance(_ runs: SeededRuns, k: Int) -> [OpenAnswer] {
    BalanceVariants.subjects.flatMap { subject in
      BalanceVariants.rivals.flatMap { rival -> [OpenAnswer] in
        let (a, b) = (subject.rawValue, rival.rawValue)
        return [
          OpenAnswer(
            "\(a) spreads load more evenly than \(b)",
            "the busiest expert's load over the mean one: \(b)'s − \(a)'s, at k = \(k)", unit: "of a fair share",
            runs.difference(b, a) { $0[k]?.imbalance }),
          OpenAnswer(
            "\(a)'s experts know more of the dialect than \(b)'s",
            "information about the dialect: \(a)'s − \(b)'s, at k = \(k)", unit: "bits",
            runs.difference(a, b) { $0[k]?.dialectInformation }),
          OpenAnswer(
            "\(a)'s experts are less alike than \(b)'s",
            "mean cosine of two experts' outputs for one token: \(b)'s − \(a)'s", unit: "cosine",
            runs.difference(b, a) { $0.mean { $0.expertSimilarity } }),
          OpenAnswer(
            "\(a)'s outputs are richer than \(b)'s",
            "effective rank of the mixture's outputs: \(a)'s − \(b)'s", unit: "dimensions",
            runs.difference(a, b) { $0.mean { $0.outputEffectiveRank } }),
        ].compactMap { $0 }
      }
    }
  }
}
