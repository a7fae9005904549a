import Hosts
import Jacobian
import MixtureOfExperts
import Tables
import Training

/// Whether a generated and a frozen router spread load, specialise and differ as much as routers that are made to: k is kept, the
/// scale of W_r and its speed are equal.
package struct BalanceExperiment: OpenExperiment {
  package init() {}

  package let id = "balance"
  package let title = "Load, specialisation, diversity"
  package let method =
    "k is kept in training; scale and speed of W_r are equal. expert-choice sees the segment's future in training: an upper bound "
    + "there. Chance baseline: tokens whose logits are dealt out anew among experts (load) or among tokens (dialect)."

  /// Those that the questions are about.
  static let subjects: [RouterKind] = [.hyperRouter, .smoeDropout]
  /// Those that they are held against: plain top-k, a balancing loss, and experts that choose.
  static let others: [RouterKind] = [.smoe, .smoeBalanced, .expertChoice]
  static let variants = (others + subjects).map { Variant.equal($0, growsK: false) }

  package func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] {
    [("balance-", Self.variants)]
  }

  package func prepare(_ run: inout PlannedRun) { run.ks = [run.configuration.training.kSchedule.largest] }

  package func questions(_ runs: FinishedRuns) -> [Question] {
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
            "\(a)-\(b)-dialect", "\(a)'s experts know more of the dialect than \(b)'s",
            "mutual information I(dialect; expert): \(a)'s − \(b)'s, at k = \(k)", unit: "bits", a, minus: b
          ) { $0[k]?.dialectInformation },
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

  package func tables(_ runs: FinishedRuns) -> [Table] {
    let (k, width) = (runs.commonK, runs.model?.modelWidth ?? 0)
    var load = Table(
      "load and specialisation at k = \(k), mean of the layers",
      headings: [
        "router", "bits", "max / mean load", "chance baseline", "never used", "entropy, nats",
        "I(dialect; expert), bits", "chance baseline",
      ], notes: runs.variants.compactMap { name in RouterKind(rawValue: name)?.note.map { "\(name) \($0)" } })
    let columns = MixtureMeasures.columns.prefix(3)
    let diversity = Table(
      "diversity at k = \(k), mean of the layers", headings: ["router"] + columns.map(\.heading),
      rows: runs.variants.map { variant in
        [.text(variant)] + columns.map { column in runs.cell(variant, column.digits) { $0.mean(column.value) } }
      }, notes: ["Of other tokens is the chance baseline of the cosine; a rank is at most \(width)."])
    for variant in runs.variants {
      load.append([
        .text(variant), runs.cell(variant, 3) { $0[k]?.bitsPerCharacter }, runs.cell(variant, 2) { $0[k]?.imbalance },
        runs.cell(variant, 2) { $0.routed(.uniform)?.imbalance },
        runs.cell(variant, 1) { $0[k]?.unusedExperts }, runs.cell(variant, 2) { $0.entropy(k: k) },
        runs.cell(variant, 2) { $0[k]?.dialectInformation },
        runs.cell(variant, 2) { $0.routed(.permuted)?.dialectInformation },
      ])
    }
    return [load, diversity]
  }
}
