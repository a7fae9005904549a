import Corpora
import MixtureOfExperts
import Tables
import Training

/// Whether e begins to move when the training is four and sixteen times as long.
struct LengthExperiment: OpenExperiment {
  let id = "length"
  let title = "Longer trainings"
  let method =
    "Published conditions; trainings of as many steps as the preset or --steps say, of 4 times and of 16 times as many."
  let text = OpenText.builtin(.standard)
  let isLong = true

  /// What the steps are multiplied by.
  static let factors = [1, 4, 16]

  /// "smoe-4x".
  static func name(_ router: RouterKind, _ factor: Int) -> String { "\(router)-\(factor)x" }

  static let variants: [Variant] = factors.flatMap { factor in
    RouterKind.compared.map { router in Variant(router).named(name(router, factor)) { $0.stepFactor = factor } }
  }

  func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] { [("\(id)-", Self.variants)] }

  func questions(_ runs: FinishedRuns) -> [Question] {
    let k = runs.commonK
    func more(
      _ router: RouterKind, _ factor: Int, _ id: String, _ statement: String, _ quantity: String, unit: String,
      _ value: @escaping @Sendable (RouterResult) -> Double?
    ) -> Question {
      Question(
        "\(router)-\(factor)-\(id)", "\(router): \(statement) after \(factor) times as many steps",
        "\(quantity) after \(factor) times as many steps − after as many", unit: unit, Self.name(router, factor),
        minus: Self.name(router, 1), value)
    }
    return Self.factors.dropFirst().flatMap { factor -> [Question] in
      let moved = RouterKind.compared.filter { $0 != .smoeDropout }.map { router in
        more(router, factor, "rows", "W_r is farther from where it began", "‖ΔW_r‖ / ‖W_r‖", unit: "of ‖W_r‖") {
          $0.mean(\.displacement)
        }
      }
      let embedding = more(
        .hyperRouter, factor, "embedding", "e is farther from where it began", "‖Δe‖ / ‖e‖", unit: "of ‖e‖"
      ) { $0.mean(\.embeddingDisplacement) }
      let entropy = RouterKind.compared.map { router in
        more(router, factor, "entropy", "routing entropy is higher", "entropy of s at k = \(k)", unit: "nats") {
          $0.entropy(k: k)
        }
      }
      return moved + [embedding] + entropy
    }
      + Self.factors.flatMap { factor in
        rivals.map { rival in
          Question(
            "\(rival)-\(factor)-bits",
            "after \(factor == 1 ? "the steps of the preset" : "\(factor) times as many steps") hyperrouter is better than \(rival)",
            "bits of \(rival) − bits of hyperrouter, each at the k that validation chose for it", unit: "bits",
            Self.name(rival, factor), minus: Self.name(.hyperRouter, factor)
          ) { $0.best?.bitsPerCharacter }
        }
      }
  }

  func tables(_ runs: FinishedRuns) -> [Table] {
    let (k, steps) = (runs.commonK, runs.all.first?.configuration.training.steps ?? 0)
    return [
      runs.table(
        "bits at the k that validation chose, entropy of s at k = \(k), and how far training moved the router",
        [
          ("bits", 3, { $0.best?.bitsPerCharacter }), ("entropy, nats", 2, { $0.entropy(k: k) }),
          ("‖ΔW_r‖ / ‖W_r‖", 3, { $0.mean(\.displacement) }), ("‖Δe‖ / ‖e‖", 3, { $0.mean(\.embeddingDisplacement) }),
        ], notes: ["1x is \(steps) steps. Means over layers; Δ is from before the first step to after the last."])
    ]
  }
}
