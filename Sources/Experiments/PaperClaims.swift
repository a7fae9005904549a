import Foundation
import MixtureOfExperts

/// The claims of the paper about trained models, as questions to runs.
///
/// The rules were written before a suite was run, but that of SMoE's number of experts, which was added while one ran.
package enum PaperClaims {
  /// Within 1 % counts as equal quality.
  static let tolerance = 1.01

  /// The variants that stand for the three routers at some conditions.
  struct Routers {
    let smoe: String
    let smoeDropout: String
    let hyperRouter: String

    init(_ names: [String]) { (smoe, smoeDropout, hyperRouter) = (names[0], names[1], names[2]) }
    var all: [String] { [smoe, smoeDropout, hyperRouter] }
  }

  /// The sets of variants that stand for the three routers, by what is the same for them.
  static let conditions: [(name: String, routers: Routers)] = [
    ("", Routers(RouterKind.compared.map(\.rawValue))), ("published", Routers(PaperSuite.published.map(\.name))),
    ("matched", Routers(PaperSuite.matched.map(\.name))),
  ]

  /// Every claim, at all conditions that there are runs of.
  package static func findings(_ runs: FinishedRuns) -> [Finding] {
    let variants = Set(runs.variants)
    let complete = conditions.filter { $0.routers.all.allSatisfy(variants.contains) }
    // Of several incomplete sets the one that lacks least says what is missing.
    let least = conditions.min { one, other in
      one.routers.all.count { !variants.contains($0) } < other.routers.all.count { !variants.contains($0) }
    }
    let judged = (complete.isEmpty ? [least].compactMap { $0 } : complete).map { conditions, routers in
      questions(routers, runs).map { question in
        var question = question
        if complete.isEmpty { question = question.needing(routers.all) }
        return question.judged(by: runs, conditions: complete.isEmpty ? "" : conditions)
      }
    }
    // Claim by claim.
    return (judged.first ?? []).indices.flatMap { claim in judged.map { $0[claim] } }
  }

  /// The claims, all of which say what HyperRouter is beside one of the others.
  static func questions(_ routers: Routers, _ runs: FinishedRuns) -> [Question] {
    let (smoe, frozen, hyper) = (routers.smoe, routers.smoeDropout, routers.hyperRouter)
    let (commonK, experts) = (runs.commonK, runs.experts)
    let bits = Question.Quantity("bits", title: "Is it better?", unit: runs.unit)
    let doublings = Question.Quantity("experts", title: "Does it need fewer experts?", unit: "doublings of k")
    let entropy = Question.Quantity("entropy", title: "Is its routing entropy lower?", unit: "nats")
    func claim(
      _ id: String, _ statement: String, _ rule: String, _ quantity: Question.Quantity, of pair: (String, String),
      lack: String, _ parts: [Question.Part]
    ) -> Question {
      func name(_ variant: String) -> String {
        variant == smoe ? "SMoE" : variant == frozen ? "SMoE-Dropout" : "HyperRouter"
      }
      var question = Question(id, statement, rule, quantity, of: [pair.0, pair.1], parts: parts)
      question.label = "\(name(pair.0)) − \(name(pair.1))"
      question.lack = lack
      return question
    }
    func one(
      _ a: String, _ b: String, label: String = "", _ value: @escaping @Sendable (RouterResult) -> Double?
    ) -> Question.Part { (label, { $0.difference(a, b, value) }) }
    let (noEvaluation, noEntropy) = ("not all were evaluated at the same k", "no entropy at k = \(commonK)")
    let noMixtures =
      runs.results.contains { $0.mixtures.isEmpty }
      ? "the test part is too short to measure mixtures" : "a mixture has no such measure"
    func fewer(_ id: String, _ rival: String, _ name: String) -> Question {
      claim(
        id, "HyperRouter needs fewer experts than \(name)",
        "log₂ of the smallest k, between those evaluated, within 1 % of \(name)'s best bits on the validation part: "
          + "\(name)'s minus HyperRouter's; 2N where none is", doublings, of: (rival, hyper), lack: noEvaluation,
        [("", { Self.doublings(in: $0, rival, hyper, experts: experts) })])
    }
    func lower(_ id: String, _ rival: String, _ name: String) -> Question {
      claim(
        id, "HyperRouter's router has lower entropy than \(name)'s",
        "mean entropy of s, \(name)'s minus HyperRouter's, at the common k", entropy, of: (rival, hyper),
        lack: noEntropy, [one(rival, hyper) { $0.entropy(k: commonK) }])
    }
    return [
      claim(
        "beats-smoe", "HyperRouter is better than SMoE",
        "bits(SMoE) − bits(HyperRouter), each at the k that validation chose for it", bits, of: (smoe, hyper),
        lack: noEvaluation, [one(smoe, hyper, label: "best k") { $0.best?.bitsPerCharacter }]),
      claim(
        "beats-smoe-dropout", "HyperRouter is better than SMoE-Dropout at every k",
        "bits(SMoE-Dropout) − bits(HyperRouter), at each k", bits, of: (frozen, hyper), lack: noEvaluation,
        runs.ks.map { k in one(frozen, hyper, label: "k = \(k)") { $0[k]?.bitsPerCharacter } }),
      fewer("fewer-experts-than-smoe-dropout", frozen, "SMoE-Dropout"),
      fewer("fewer-experts-than-smoe", smoe, "SMoE"),
      lower("lower-entropy-than-smoe-dropout", frozen, "SMoE-Dropout"),
      lower("lower-entropy-than-smoe", smoe, "SMoE"),
      claim(
        "collapse", "SMoE's experts are more alike than HyperRouter's",
        "mean cosine of two experts' outputs for one token, SMoE's minus HyperRouter's, at the common k",
        Question.Quantity("collapse", title: "Are SMoE's experts more alike?", unit: "cosine"), of: (smoe, hyper),
        lack: noMixtures, [one(smoe, hyper) { $0.mean(\.expertSimilarity) }]),
      claim(
        "restriction", "SMoE-Dropout's router sees less of the representation than HyperRouter's",
        "share of the tokens' variance in the span of the rows' differences, HyperRouter's minus SMoE-Dropout's",
        Question.Quantity("restriction", title: "Does SMoE-Dropout see less?", unit: "share of the variance"),
        of: (hyper, frozen), lack: noMixtures, [one(hyper, frozen) { $0.mean(\.varianceShare) }]),
    ]
  }

  /// How many doublings of k the rival needs more than HyperRouter to come within ``tolerance`` of the rival's best, both on the
  /// validation part.
  private static func doublings(
    in runs: FinishedRuns, _ rival: String, _ hyper: String, experts: Int
  ) -> PairedDifference? {
    let best = Dictionary(
      uniqueKeysWithValues: runs[rival].map { ($0.seed, $0.evaluation.map(\.bitsPerCharacter).min()) })
    return runs.difference(rival, hyper) { run in
      guard let threshold = best[run.seed] ?? nil else { return nil }
      return run.doublings(within: threshold * tolerance) ?? log2(2 * Double(experts))
    }
  }
}

extension Question {
  /// The same, which cannot be asked without all of some variants.
  fileprivate func needing(_ variants: [String]) -> Question {
    var question = Question(id, statement, rule, quantity, of: variants, parts: [("", { _ in nil })])
    (question.label, question.lack) = (label, lack)
    return question
  }
}
