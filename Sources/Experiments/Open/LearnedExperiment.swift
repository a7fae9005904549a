import Corpora
import MixtureOfExperts
import Tables
import Training

/// What learning the router adds: trained routers, random ones that begin larger, and the rows that trained ones ended with.
struct LearnedExperiment: OpenExperiment {
  let id = "learned"
  let title = "What learning the router adds"
  let method =
    "k is kept, with the settings stored for the preset. Given: the final W_r and b_r of another seed's run, fixed from step 0, all "
    + "else new. Restarted: those of the same seed's run, all else as it was before that run's first step."
  let text = OpenText.builtin(.standard)
  let defaultSeeds = 8
  let isLong = true

  /// Those that learn.
  static let learning: [RouterKind] = [.smoe, .hyperRouter]
  /// How many times as large as in the release SMoE-Dropout's W_r begins.
  static let scales = [1, 4, 10]

  /// "smoe-dropout-4".
  static func name(scale: Int) -> String { "\(RouterKind.smoeDropout)-\(scale)" }
  /// "smoe-given": the rows of another seed's run.
  static func given(_ router: RouterKind) -> String { "\(router)-given" }
  /// "smoe-restarted": the rows of the same seed's run.
  static func restarted(_ router: RouterKind) -> String { "\(router)-restarted" }

  func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] {
    let trained = Self.learning.map { Conditions.tuned.variant($0, settings) }
    let random = Conditions.tuned.variant(.smoeDropout, settings)
    let scaled = Self.scales.map { scale in
      random.named(Self.name(scale: scale)) { $0.routerScale = scale == 1 ? .release : .factor(Double(scale)) }
    }
    // All weights but the rows are trained as the donor's were.
    let fixed = trained.flatMap { donor in
      [(Self.given(donor.router), true), (Self.restarted(donor.router), false)].map { name, isOfAnotherSeed in
        var variant = Variant(.smoeDropout, named: name, growsK: donor.growsK)
        variant.learningRate = donor.learningRate
        variant.rows = Variant.Rows(variant: donor.name, isOfAnotherSeed: isOfAnotherSeed)
        return variant
      }
    }
    // All donors come before all that they give rows to.
    return [("\(id)-", trained + scaled), ("\(id)-", fixed)]
  }

  func prepare(_ run: inout PlannedRun) { run.ks = [RouterResult.commonK(of: run.configuration.model)] }

  func questions(_ runs: FinishedRuns) -> [Question] {
    let k = runs.commonK
    func better(_ a: String, than b: String, _ statement: String) -> Question {
      Question("\(a)-\(b)", statement, "bits of \(b) − bits of \(a), both at k = \(k)", unit: "bits", b, minus: a) {
        $0[k]?.bitsPerCharacter
      }
    }
    let scales = Self.scales.dropFirst().map { scale in
      better(
        Self.name(scale: scale), than: Self.name(scale: 1), "SMoE-Dropout is better with a W_r \(scale) times as large")
    }
    return scales
      + Self.learning.flatMap { router in
        let (given, restarted) = (Self.given(router), Self.restarted(router))
        let random = Self.scales.map { scale in
          better(
            router.rawValue, than: Self.name(scale: scale),
            "\(router) is better than a random W_r\(scale == 1 ? "" : " \(scale) times as large")")
        }
        return random + [
          better(router.rawValue, than: given, "\(router) is better than the rows that another seed's run ended with"),
          better(router.rawValue, than: restarted, "\(router) is better than the rows that it ends with"),
          better(
            given, than: Self.name(scale: 1),
            "rows that another seed's \(router) ended with are better than random ones"),
          better(restarted, than: given, "rows of \(router) are better with the weights that they were trained from"),
        ]
      }
  }

  func tables(_ runs: FinishedRuns) -> [Table] {
    let k = runs.commonK
    return [
      runs.table(
        "bits per character and routing at k = \(k)",
        [
          ("bits", 3, { $0[k]?.bitsPerCharacter }), ("entropy of s, nats", 2, { $0.entropy(k: k) }),
          ("top-1 − top-2 margin, σ", 2, { $0.mean(\.topMargin) }),
          ("max / mean load", 2, { $0[k]?.imbalance }), ("‖ΔW_r‖ / ‖W_r‖", 2, { $0.mean(\.displacement) }),
        ], notes: ["Given and restarted routers begin with the final W_r of another run: ‖ΔW_r‖ is 0."])
    ]
  }
}
