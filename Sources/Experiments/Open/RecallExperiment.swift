import Hosts
import Corpora
import MixtureOfExperts
import Tables
import Training

/// What memory is worth where keys are asked again at all distances.
package struct RecallExperiment: OpenExperiment {
  package init() {}

  package let id = "recall"
  package let title = "Keys that are asked again"
  package let method = "Equal conditions, on a text whose values are asked again soon or late."
  package let text: BuiltinCorpus? = .recall

  /// What a recalled symbol costs without any memory, in bits.
  private var chance: Double? { BuiltinCorpus.recall.facts.recallBitsByChance }

  package func prepare(_ run: inout PlannedRun) { run.measuresReach = true }

  package func questions(_ runs: FinishedRuns) -> [Question] {
    guard let segment = runs.model?.segment, let chance else { return [] }
    let own = RouterKind.compared.flatMap { router in
      func question(
        _ id: String, _ statement: String, _ rule: String, _ value: @escaping @Sendable (Reach) -> Double?
      ) -> Question {
        Question("\(router)-\(id)", "\(router): \(statement)", rule, unit: "bits", within: router.rawValue) {
          $0.reach.flatMap(value)
        }
      }
      func gain(from before: Int, to after: Int) -> @Sendable (Reach) -> Double? {
        { difference($0[before]?.recallBits, $0[after]?.recallBits) }
      }
      return [
        question(
          "chance", "it knows recalled symbols better than chance", "bits by chance − bits of recalled symbols with T"
        ) { difference(chance, $0[segment]?.recallBits) },
        question(
          "none", "a memory of T tells recalled symbols more than none",
          "bits of recalled symbols without memory − with T", gain(from: 0, to: segment)),
        // Attention has something to look at there, too, but other values stand behind the same keys: it misleads.
        question(
          "another", "a memory of T tells recalled symbols more than another row's",
          "bits of recalled symbols with another row's memory − with its own"
        ) { difference($0[.another]?.recallBits, $0[.own]?.recallBits) },
        question(
          "8T", "a memory of 8T tells more of them than one of T", "bits of recalled symbols with T − with 8T",
          gain(from: segment, to: 8 * segment)),
      ]
    }
    return own
      + rivals.map { rival in
        Question(
          "\(rival)", "hyperrouter knows recalled symbols better than \(rival)",
          "bits of recalled symbols, \(rival)'s − hyperrouter's, each at the k that validation chose for it",
          unit: "bits", rival.rawValue, minus: RouterKind.hyperRouter.rawValue
        ) { $0.best?.recallBits }
      }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    guard let segment = runs.model?.segment else { return [] }
    let rows = runs.variants.flatMap { variant in
      [0, segment, 8 * segment].map { memory in
        MeasuredTables.Row("\(variant), \(memory)", runs[variant].compactMap { $0.reach?[memory] })
      }
    }
    let byDistance = MeasuredTables("router, M", rows, place: ", T = \(segment)", recallByChance: chance).recall
    return [byDistance].compactMap { $0 } + ReachExperiment.lengths(runs)
  }
}
