import Training
import MixtureOfExperts
import Jacobian
import Tables

/// Whether a generated and a frozen router spread load, specialise and differ as much as routers that are made to: k is kept, the
/// scale of W_r and its speed are equal.
struct BalanceExperiment: OpenExperiment {
  let id = "balance"
  let title = "Load, specialisation, diversity"
  let method =
    "k is kept in training; initialisation scale and effective learning rate of W_r are matched. "
    + "expert-choice sees the segment's future in training: an upper bound there. Chance baseline: tokens whose logits are dealt out anew among experts (load) or among tokens (information)."

  /// Those that the questions are about.
  static let subjects: [RouterKind] = [.hyperRouter, .smoeDropout]
  /// Those that they are held against: plain top-k, a balancing loss, and experts that choose.
  static let others: [RouterKind] = [.smoe, .smoeBalanced, .expertChoice]
  static let variants = (others + subjects).map { Variant.matched($0, growsK: false) }

  func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] { [("balance-", Self.variants)] }

  func prepare(_ run: inout PlannedRun) { run.ks = [run.configuration.training.kSchedule.largest] }

  func questions(_ runs: FinishedRuns) -> [Question] {
    let k = runs.commonK
    return Self.subjects.flatMap { subject in
      Self.others.flatMap { rival in
        let (a, b) = (subject.rawValue, rival.rawValue)
        return [
          Question(
            "\(a)-\(b)-load", "\(a) spreads load more evenly than \(b)",
            "load imbalance (max / mean load): \(b)'s − \(a)'s, at k = \(k)", unit: "of a fair share", b, minus: a
          ) { $0[k]?.imbalance },
          Question(
            "\(a)-\(b)-dialect", "\(a)'s experts have more mutual information with the dialect than \(b)'s",
            "mutual information I(class; expert): \(a)'s − \(b)'s, at k = \(k)", unit: "bits", a, minus: b
          ) { $0[k]?.classInformation },
          Question(
            "\(a)-\(b)-similarity", "\(a)'s experts are less alike than \(b)'s",
            "mean cosine of two experts' outputs for one token: \(b)'s − \(a)'s", unit: "cosine", b, minus: a
          ) { $0.mean(\.expertSimilarity) },
          Question(
            "\(a)-\(b)-rank", "\(a)'s outputs are richer than \(b)'s",
            "effective rank of the mixture's outputs: \(a)'s − \(b)'s", unit: "dimensions", a, minus: b
          ) { $0.mean(\.outputEffectiveRank) },
        ]
      }
    }
  }

  func tables(_ runs: FinishedRuns) -> [Table] {
    let (k, width) = (runs.commonK, runs.model?.modelWidth ?? 0)
    return [
      runs.table(
        "load and specialisation at k = \(k), mean of the layers",
        [
          ("bits", 3, { $0[k]?.bitsPerCharacter }), ("max / mean load", 2, { $0[k]?.imbalance }),
          ("chance baseline", 2, { $0.routed(.uniform)?.imbalance }), ("never used", 1, { $0[k]?.unusedExperts }),
          ("entropy, nats", 2, { $0.entropy(k: k) }),
          ("I(class; expert), bits", 2, { $0[k]?.classInformation }),
          ("chance baseline", 2, { $0.routed(.permuted)?.classInformation }),
        ], notes: runs.routerNotes),
      runs.table(
        "diversity at k = \(k), mean of the layers", MixtureMeasures.means(3),
        notes: ["Of other tokens is the chance baseline of the cosine; a rank is at most \(width)."]),
    ]
  }
}
