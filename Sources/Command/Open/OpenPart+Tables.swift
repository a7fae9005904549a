import Experiments
import Foundation
import Hosts
import Jacobian
import MixtureOfExperts
import Tables
import Training

extension OpenPart {
  /// The tables of a part.
  ///
  /// - Parameter runs: Finished runs.
  /// - Returns: None of nothing.
  func tables(_ runs: [Run]) -> [Table] {
    guard let first = runs.first else { return [] }
    let samples = runs.map(\.result.variant).distinct.map { name in
      VariantSample(name: name, runs: runs.map(\.result).filter { $0.variant == name })
    }
    switch self {
    case .shape: return [Self.shape(samples, base: ShapeVariants.base.name), Self.routingNumbers(samples)]
    case .experts: return [Self.experts(samples, runs)]
    case .balance: return [Self.load(samples), Self.diversity(samples, width: first.configuration.model.modelWidth)]
    case .reach: return Self.reach(samples, of: first.configuration.model)
    case .recall:
      let model = first.configuration.model
      return [Self.recall(samples, segment: model.segment)] + Self.lengths(samples, of: model)
    case .lists: return [Self.lists(samples)]
    case .finetune: return [Self.finetuned(samples)]
    case .words: return [Self.words(samples)]
    }
  }

  private static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  /// Bits and entropy of every shape, and the difference from the base.
  private static func shape(_ samples: [VariantSample], base: String) -> Table {
    let ks = samples[0].runs[0].test.map(\.k)
    let measures = SeededRuns(samples.flatMap { $0.runs.map(\.measures) })
    let commonK = samples[0].runs[0].commonK
    var table = Table(
      "bits per character by experts used, and entropy of s at k = \(commonK)",
      headings: ["variant"] + ks.map { "k = \($0)" } + ["best", "− base's", "entropy, nats"],
      notes: ["The best k is chosen by validation; − base's: ± half of the 95 % interval, paired by seed."])
    for sample in samples {
      let difference = measures.difference(sample.name, base) { $0.best?.bitsPerCharacter }
      table.append(
        texts: [sample.name]
          + ks.map { k in sample.text(3) { run in run.test.first { $0.k == k }?.bitsPerCharacter } }
          + [
            sample.text(3) { $0.best?.bitsPerCharacter },
            sample.name == base
              ? nil
              : difference.map { number($0.mean, 3) + ($0.halfWidth.map { " ± " + number($0, 3) } ?? "") },
            sample.text(2) { $0.measures.entropy(k: commonK) },
          ])
    }
    return table
  }

  /// How many numbers decide routing, those that layers share once.
  private static func routingNumbers(_ samples: [VariantSample]) -> Table {
    var table = Table(
      "numbers that decide routing, in all layers together", headings: ["variant", "trained", "fixed"],
      notes: ["What layers share is counted once."])
    for sample in samples {
      let run = sample.runs[0]
      table.append(texts: [
        sample.name, "\(run.trainableRoutingParameters)", run.fixedRoutingParameters.map { "\($0)" },
      ])
    }
    return table
  }

  /// What many experts are worth and cost.
  private static func experts(_ samples: [VariantSample], _ runs: [Run]) -> Table {
    let k = samples[0].runs[0].commonK
    var table = Table(
      "at k = \(k) for each token",
      headings: [
        "router and N", "bits", "entropy, nats", "ln N", "busiest / mean", "never used", "s / step", "MFLOP / token",
      ],
      notes: [
        "Forward; a multiply-add is two operations. By chance no expert is unused, and busiest / mean is little above 1."
      ])
    for sample in samples {
      guard let run = runs.first(where: { $0.result.variant == sample.name }) else { continue }
      let tokens = Double(run.configuration.training.batch * run.configuration.model.segment)
      table.append(texts: [
        sample.name, sample.text(3) { $0.measures[k]?.bitsPerCharacter }, sample.text(2) { $0.measures.entropy(k: k) },
        number(log(Double(run.configuration.model.experts)), 2), sample.text(2) { $0.measures[k]?.imbalance },
        sample.text(1) { $0.measures[k]?.unusedExperts },
        sample.text(4) { $0.timedSteps > 0 && $0.tokensPerSecond > 0 ? tokens / $0.tokensPerSecond : nil },
        run.result.multiplyAddsPerToken.first.map { number(2 * $0 / 1e6, 3) },
      ])
    }
    return table
  }

  /// How evenly experts work and what they know of the dialect, beside chance.
  private static func load(_ samples: [VariantSample]) -> Table {
    let k = samples[0].runs[0].commonK
    var table = Table(
      "load and specialisation at k = \(k), mean of the layers",
      headings: [
        "router", "bits", "busiest / mean", "by chance", "never used", "entropy, nats", "knows dialect, bits",
        "by chance",
      ], notes: samples.compactMap { sample in RouterKind(rawValue: sample.name)?.note.map { "\(sample.name) \($0)" } })
    for sample in samples {
      func routed(_ policy: RoutingPolicy, _ value: @escaping (EvaluationResult) -> Double?) -> String? {
        sample.text(2) { run in run.policies.first { $0.policy == policy }.flatMap { value($0.evaluation) } }
      }
      table.append(texts: [
        sample.name, sample.text(3) { $0.measures[k]?.bitsPerCharacter },
        sample.text(2) { $0.measures[k]?.imbalance },
        routed(.uniform) { $0.imbalance },
        sample.text(1) { $0.measures[k]?.unusedExperts }, sample.text(2) { $0.measures.entropy(k: k) },
        sample.text(2) { $0.measures[k]?.dialectInformation },
        routed(.permuted) { $0.dialectInformation },
      ])
    }
    return table
  }

  /// How different experts are, beside chance.
  private static func diversity(_ samples: [VariantSample], width: Int) -> Table {
    var table = Table(
      "diversity at k = \(samples[0].runs[0].commonK), mean of the layers",
      headings: ["router", "cosine of experts", "of other tokens", "effective rank of y"],
      notes: ["Of other tokens is the cosine by chance; a rank is at most \(width)."])
    for sample in samples {
      table.append(texts: [
        sample.name, sample.text(3) { $0.measures.mean { $0.expertSimilarity } },
        sample.text(3) { $0.measures.mean { $0.unpairedExpertSimilarity } },
        sample.text(1) { $0.measures.mean { $0.outputEffectiveRank } },
      ])
    }
    return table
  }
}
