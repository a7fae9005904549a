import MixtureOfExperts
import Training

extension OpenAnswer {
  /// What memory is worth where keys are asked again at all distances.
  ///
  /// - Parameters:
  ///   - runs: Models whose reach was measured on such a text.
  ///   - segment: T.
  ///   - chance: What a recalled symbol costs without any memory, in bits.
  /// - Returns: Answers about what was measured: router by router, then HyperRouter beside the others.
  public static func recall(_ runs: SeededRuns, segment: Int, chance: Double) -> [OpenAnswer] {
    let own = RouterKind.compared.flatMap { router -> [OpenAnswer] in
      func answer(_ statement: String, _ rule: String, _ value: (Reach) -> Double?) -> OpenAnswer? {
        OpenAnswer(
          "\(router): \(statement)", rule, unit: "bits",
          runs.values(of: router.rawValue) { run in run.reach.flatMap(value) })
      }
      func gain(from before: Int, to after: Int) -> (Reach) -> Double? {
        { reach in
          reach[before]?.recallBits.flatMap { before in reach[after]?.recallBits.map { before - $0 } }
        }
      }
      let answers: [OpenAnswer?] = [
        answer("it knows recalled symbols better than chance", "bits by chance − bits of recalled symbols with T") {
          $0[segment]?.recallBits.map { chance - $0 }
        },
        answer(
          "a memory of T tells recalled symbols more than none", "bits of recalled symbols without memory − with T",
          gain(from: 0, to: segment)),
        // Attention has something to look at there, too, but other values stand behind the same keys: it misleads.
        answer(
          "a memory of T tells recalled symbols more than another row's",
          "bits of recalled symbols with another row's memory − with its own"
        ) { reach in
          reach[.another]?.recallBits.flatMap { another in reach[.own]?.recallBits.map { another - $0 } }
        },
        answer(
          "a memory of 8T tells more of them than one of T", "bits of recalled symbols with T − with 8T",
          gain(from: segment, to: 8 * segment)),
      ]
      return answers.compactMap { $0 }
    }
    let beside = RouterKind.compared.filter { $0 != .hyperRouter }.compactMap { rival in
      OpenAnswer(
        "hyperrouter knows recalled symbols better than \(rival)",
        "bits of recalled symbols, \(rival)'s − hyperrouter's, each at the k that validation chose for it",
        unit: "bits",
        runs.difference(rival.rawValue, RouterKind.hyperRouter.rawValue) { $0.best?.recallBits })
    }
    return own + beside
  }
}
