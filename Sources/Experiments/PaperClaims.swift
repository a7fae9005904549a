import Foundation
import MixtureOfExperts

/// The six claims of the paper about trained models, each with one outcome that was written down before any run.
package enum PaperClaims {
  /// The claims, judged as one family, and one exploratory measure beside them.
  package static func findings(_ runs: FinishedRuns, _ conditions: Conditions) -> [Finding] {
    questions(runs, conditions).map { $0.finding(in: runs) }.judged()
  }

  /// The name of a router's variant whose k grows to N, where the others keep theirs.
  static func growing(_ router: RouterKind) -> String { "\(router)-growing" }

  /// The claims, all of which say what HyperRouter is beside the others.
  ///
  /// Tuned routers keep k = 2 and are compared there; how few experts they need is asked of others whose k grew. As published, bits are
  /// those at each router's best k by validation, and all else at k = 2. Measures are means over layers:
  ///
  ///     area       ∫ (bits of the rival − bits of HyperRouter) d log₂ k / log₂ N, k from 1 to N
  ///     entropy    of s, in nats; beside it the largest logit less the second over the standard deviation σ of a token's logits
  ///     cosine     of two experts' outputs for the same token, less that for different tokens
  ///     share      of the tokens' variance inside the span of the differences of W_r's rows
  static func questions(_ runs: FinishedRuns, _ conditions: Conditions) -> [Question] {
    let (k, N, isTuned) = (runs.commonK, runs.experts, conditions == .tuned)
    let (smoe, frozen, hyper) = (RouterKind.smoe, RouterKind.smoeDropout, RouterKind.hyperRouter)
    /// f of one router less f of another, for each pair.
    func claim(
      _ id: String, _ label: String, _ statement: String, _ rule: String, _ quantity: Question.Quantity,
      margin: Double?, lack: String, _ pairs: [(RouterKind, RouterKind)], isGrowing: Bool = false,
      _ value: @escaping @Sendable (RouterResult) -> Double?
    ) -> Question {
      func name(_ router: RouterKind) -> String { isGrowing && isTuned ? growing(router) : router.rawValue }
      var question = Question(
        id, statement, rule, quantity, of: pairs.flatMap { [name($0.0), name($0.1)] }.distinct,
        parts: pairs.map { one, other in
          let (a, b) = (name(one), name(other))
          return (pairs.count > 1 ? "\(one == hyper ? other : one)" : "", { $0.difference(a, b, value) })
        })
      (question.label, question.equivalenceMargin, question.lack) = (label, margin, lack)
      return question
    }
    let bits = Question.Quantity("bits", title: "Is it better?", unit: "bits")
    let (noEvaluation, noEntropy) = ("not all were evaluated at k = 1 … \(N)", "no entropy at k = \(k)")
    let noMixtures =
      runs.results.contains { $0.lastK != nil && $0.mixtures.isEmpty }
      ? "the test part is too short to measure mixtures" : "a mixture has no such measure"
    func better(_ id: String, _ label: String, _ name: String, _ rival: RouterKind) -> Question {
      claim(
        id, label, "HyperRouter is better than \(name)",
        "\(runs.unit) at \(isTuned ? "k = \(k)" : "best k"), \(rival) − \(hyper)", bits,
        margin: 0.01, lack: noEvaluation, [(rival, hyper)]
      ) { (isTuned ? $0[k] : $0.best)?.bitsPerCharacter }
    }
    return [
      better("beats-smoe", "beats SMoE", "SMoE", smoe),
      better("beats-smoe-dropout", "beats SMoE-Dropout", "SMoE-Dropout", frozen),
      claim(
        "fewer-experts", "needs fewer experts", "HyperRouter needs fewer experts for equal quality",
        "area between curves / log₂ N, \(Question.rival) − \(hyper)",
        Question.Quantity("area", title: "Does it need fewer experts?", unit: "bits"), margin: 0.01,
        lack: noEvaluation, [(smoe, hyper), (frozen, hyper)], isGrowing: true
      ) { $0.meanBits(overDoublingsTo: N) },
      claim(
        "lower-entropy", "lower router entropy", "HyperRouter's router has lower entropy than the others'",
        "entropy of s at k = \(k), \(Question.rival) − \(hyper)",
        Question.Quantity("entropy", title: "Is its routing entropy lower?", unit: "nats"), margin: 0.05,
        lack: noEntropy, [(smoe, hyper), (frozen, hyper)]
      ) { $0.entropy(k: k) },
      claim(
        "clearer-choices", "clearer choices", "HyperRouter's choices are clearer, whatever the scale of logits",
        "top-1 − top-2 margin in σ, \(hyper) − \(Question.rival)",
        Question.Quantity("choices", title: "Are its choices clearer?", unit: "σ"), margin: nil, lack: noMixtures,
        [(hyper, smoe), (hyper, frozen)]
      ) { $0.mean(\.topMargin) },
      claim(
        "collapse", "trained ones collapse", "SMoE's experts are more alike than HyperRouter's",
        "experts' cosine, same − other token, \(smoe) − \(hyper)",
        Question.Quantity("collapse", title: "Are SMoE's experts more alike?", unit: "cosine"), margin: 0.02,
        lack: noMixtures, [(smoe, hyper)]
      ) { $0.mean { $0.expertSimilarity - $0.unpairedExpertSimilarity } },
      claim(
        "restriction", "frozen ones restricted",
        "SMoE-Dropout's row differences span less of the token variance than HyperRouter's",
        "share of variance in the span, \(hyper) − \(frozen)",
        Question.Quantity("restriction", title: "Is a frozen router restricted?", unit: "share"), margin: 0.02,
        lack: noMixtures, [(hyper, frozen)]
      ) { $0.mean(\.varianceShare) },
    ]
  }
}
