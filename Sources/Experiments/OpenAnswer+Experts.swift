import Foundation
import MixtureOfExperts

extension OpenAnswer {
  /// What many experts are worth at equal work.
  ///
  /// - Parameters:
  ///   - runs: The models of ``ExpertCountVariants``.
  ///   - k: Experts for each token.
  /// - Returns: Answers about what was measured.
  public static func experts(_ runs: SeededRuns, k: Int) -> [OpenAnswer] {
    let (fewest, most) = (ExpertCountVariants.counts.min() ?? 1, ExpertCountVariants.counts.max() ?? 1)
    func bits(_ run: RunMeasures) -> Double? { run[k]?.bitsPerCharacter }
    let growth = RouterKind.compared.compactMap { router in
      OpenAnswer(
        "\(router) is better with \(most) experts than with \(fewest)",
        "bits with \(fewest) − bits with \(most), both at k = \(k)", unit: "bits",
        runs.difference(ExpertCountVariants.name(router, fewest), ExpertCountVariants.name(router, most), bits))
    }
    let rivals = ExpertCountVariants.counts.flatMap { count in
      RouterKind.compared.filter { $0 != .hyperRouter }.flatMap { rival in
        let names = (ExpertCountVariants.name(rival, count), ExpertCountVariants.name(.hyperRouter, count))
        return [
          OpenAnswer(
            "with \(count) experts hyperrouter is better than \(rival)",
            "bits of \(rival) − bits of hyperrouter, both at k = \(k)", unit: "bits",
            runs.difference(names.0, names.1, bits)),
          OpenAnswer(
            "with \(count) experts hyperrouter's router is surer than \(rival)'s",
            "entropy of s as a share of ln N, \(rival)'s − hyperrouter's", unit: "of ln N",
            runs.difference(names.0, names.1) { run in run.entropy(k: k).map { $0 / log(Double(count)) } }),
        ].compactMap { $0 }
      }
    }
    return growth + rivals
  }
}
