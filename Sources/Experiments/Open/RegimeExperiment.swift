import MixtureOfExperts
import Tables
import Training

/// The paper's regime in small: many experts, k that grows to all of them, evaluations from one expert to all.
struct RegimeExperiment: OpenExperiment {
  let id = "regime"
  let title = "The paper's regime"
  let method =
    "Preset small unless another is named, on the text of --data. As published; searched: the best of six settings a router, "
    + "searched with k = 2 kept, then trained with a k that grows to N for all; deep: as published with twice as many layers, one seed."
  let text = OpenText.given
  let preset: Preset? = .small
  let isLong = true

  /// "smoe-searched".
  static func searched(_ router: RouterKind) -> String { "\(router)-searched" }
  /// "smoe-deep".
  static func deep(_ router: RouterKind) -> String { "\(router)-deep" }

  func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])] {
    let layers = try settings.configuration(.hyperRouter).model.layers
    let published = RouterKind.compared.map { Variant($0) }
    let deep = published.map { variant in
      variant.named(Self.deep(variant.router)) { ($0.layers, $0.seeds) = (2 * layers, 1) }
    }
    return [("\(id)-", published + RouterKind.compared.map { Self.searched($0, growsK: true) } + deep)]
  }

  func searched(_ settings: RunSettings) -> [Variant] {
    RouterKind.compared.map { Self.searched($0, growsK: false) }
  }

  private static func searched(_ router: RouterKind, growsK: Bool) -> Variant {
    Variant(router, named: searched(router), growsK: growsK)
  }

  func questions(_ runs: FinishedRuns) -> [Question] {
    let (N, hyper) = (runs.experts, RouterKind.hyperRouter)
    let groups: [(words: String, name: (RouterKind) -> String)] = [
      ("as published", { $0.rawValue }), ("with searched settings", { Self.searched($0) }),
      ("with twice as many layers", { Self.deep($0) }),
    ]
    return groups.flatMap { words, name in
      rivals.flatMap { rival in
        let (a, b) = (name(rival), name(hyper))
        return [
          Question(
            "\(a)-bits", "\(words) \(hyper) is better than \(rival)",
            "bits of \(a) − bits of \(b), each at the k that validation chose for it", unit: "bits", a, minus: b
          ) { $0.best?.bitsPerCharacter },
          Question(
            "\(a)-area", "\(words) \(hyper) needs fewer experts than \(rival) for equal quality",
            "area between the curves of bits over log₂ k, divided by log₂ N, \(a) − \(b)",
            unit: "bits, mean over log₂ k",
            a, minus: b
          ) { $0.meanBits(overDoublingsTo: N) },
        ]
      }
    }
  }

  func tables(_ runs: FinishedRuns) -> [Table] {
    let (k, N) = (runs.commonK, runs.experts)
    let bits = runs.ks.map { k -> FinishedRuns.Measure in ("k = \(k)", 3, { $0[k]?.bitsPerCharacter }) }
    return [
      runs.table("bits per character by experts used", bits),
      runs.table(
        "bits at the k that validation chose and over all k, and routing at k = \(k)",
        [
          ("best", 3, { $0.best?.bitsPerCharacter }), ("mean over log₂ k", 3, { $0.meanBits(overDoublingsTo: N) }),
          ("entropy of s, nats", 2, { $0.entropy(k: k) }), ("max / mean load", 2, { $0[k]?.imbalance }),
          ("‖ΔW_r‖ / ‖W_r‖", 2, { $0.mean(\.displacement) }),
        ]),
    ]
  }
}
