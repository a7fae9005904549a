import Foundation
import MixtureOfExperts
import Tables
import Training

/// What the shape of 𝓗 costs: one base, and variants that differ from it in one thing each.
///
/// All have the k schedule, the scale of W_r and its speed in common, in expectation.
struct ShapeExperiment: OpenExperiment {
  let id = "shape"
  let title = "The shape of 𝓗"
  let method =
    "HyperRouter at matched conditions, and variants that differ from it in one thing each; W_r begins as large, and "
    + "moves as fast, in expectation."

  /// HyperRouter as the settings describe it.
  static let base = Variant.matched(.hyperRouter)

  /// A variant with what it changes, in words: "m = 2".
  typealias Change = (variant: Variant, words: String)

  /// The variants around a model, of which each differs in one size.
  static func changes(around model: Configuration) -> [Change] {
    var changes: [Change] = [
      (base.named("shared") { $0.sharesHypernetwork = true }, "one 𝓗 shared by all layers"),
      (Variant.matched(.coordinateWise).named("coordinate-wise"), "an embedding for each expert"),
    ]
    for m in [2, 8, 64, 256] where m != model.embeddingWidth {
      changes.append((base.named("m-\(m)") { $0.embeddingWidth = m }, "m = \(m)"))
    }
    for s in [16, 64, 256, 1024] where s != model.hypernetworkWidth {
      changes.append((base.named("s-\(s)") { $0.hypernetworkWidth = s }, "s = \(s)"))
    }
    for depth in [2, 3, 4] where depth != model.hypernetworkDepth {
      changes.append((base.named("depth-\(depth)") { $0.hypernetworkDepth = depth }, "\(depth) linear maps"))
    }
    return changes
  }

  func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])] {
    let model = try settings.configuration(.hyperRouter).model
    return [("matched-", [Self.base]), ("shape-", Self.changes(around: model).map(\.variant))]
  }

  func questions(_ runs: FinishedRuns) -> [Question] {
    guard let model = runs.all.first(where: { $0.result.variant == Self.base.name })?.configuration.model else {
      return []
    }
    return Self.changes(around: model).map { variant, words in
      Question(
        variant.name, "HyperRouter is worse with \(words)",
        "bits with \(words) − bits of the base, each at the k that validation chose for it", unit: "bits",
        variant.name, minus: Self.base.name
      ) { $0.best?.bitsPerCharacter }
    }
  }

  func tables(_ runs: FinishedRuns) -> [Table] {
    let commonK = runs.commonK
    let bits = runs.ks.map { k -> FinishedRuns.Measure in ("k = \(k)", 3, { $0[k]?.bitsPerCharacter }) }
    let best: FinishedRuns.Measure = ("best", 3, { $0.best?.bitsPerCharacter })
    let entropy: FinishedRuns.Measure = ("entropy, nats", 2, { $0.entropy(k: commonK) })
    var table = Table(
      "bits per character by experts used, and entropy of s at k = \(commonK)",
      headings: ["variant"] + bits.map(\.heading) + [best.heading, "− base's", entropy.heading],
      notes: ["The best k is chosen by validation; − base's: paired by seed."])
    var numbers = Table(
      "numbers that decide routing, in all layers together", headings: ["variant", "trained", "fixed"],
      notes: ["What layers share is counted once."])
    for variant in runs.variants {
      let difference = variant == Self.base.name ? nil : runs.difference(variant, Self.base.name, best.value)
      table.append(
        [.text(variant)] + runs.cells(variant, bits + [best]) + [.estimated(difference?.estimate, digits: 3)]
          + runs.cells(variant, [entropy]))
      let first = runs[variant].first
      numbers.append(texts: [
        variant, first.map { "\($0.trainableRoutingParameters)" }, first?.fixedRoutingParameters.map { "\($0)" },
      ])
    }
    return [table, numbers]
  }
}

/// What more and more experts are worth, each token still having k of them: as much work for each token but for the router's.
package struct ExpertCountExperiment: OpenExperiment {
  package let id = "experts"
  package let title = "Many experts at equal work"
  package let method =
    "Every token has k experts of the same width, however many there are; k is kept in training. Scale and speed of W_r are equal."
  package let stepFactor = 1.0 / 3

  /// N.
  static let counts = [16, 64, 128, 256]

  /// "smoe-64".
  static func name(_ router: RouterKind, _ count: Int) -> String { "\(router.rawValue)-\(count)" }

  static let variants: [Variant] = counts.flatMap { count in
    RouterKind.compared.map { router in
      Variant.matched(router, growsK: false).named(name(router, count)) { $0.experts = count }
    }
  }

  package func variants(_ settings: RunSettings) -> [(prefix: String, variants: [Variant])] {
    [("experts-", Self.variants)]
  }

  package func prepare(_ run: inout PlannedRun) {
    run.ks = [run.configuration.training.kSchedule.largest]
    // Evaluations of hundreds of experts take longer than the steps between them.
    run.configuration.evaluationInterval = run.configuration.training.steps
  }

  package func questions(_ runs: FinishedRuns) -> [Question] {
    let (k, fewest, most) = (runs.commonK, Self.counts.min() ?? 1, Self.counts.max() ?? 1)
    let growth = RouterKind.compared.map { router in
      Question(
        "\(router)-growth", "\(router) is better with \(most) experts than with \(fewest)",
        "bits with \(fewest) − bits with \(most), both at k = \(k)", unit: "bits", Self.name(router, fewest),
        minus: Self.name(router, most)
      ) { $0[k]?.bitsPerCharacter }
    }
    return growth
      + Self.counts.flatMap { count in
        rivals.flatMap { rival in
          let (a, b) = (Self.name(rival, count), Self.name(.hyperRouter, count))
          return [
            Question(
              "\(rival)-\(count)-bits", "with \(count) experts hyperrouter is better than \(rival)",
              "bits of \(rival) − bits of hyperrouter, both at k = \(k)", unit: "bits", a, minus: b
            ) { $0[k]?.bitsPerCharacter },
            Question(
              "\(rival)-\(count)-entropy",
              "with \(count) experts hyperrouter's routing entropy is lower than \(rival)'s",
              "entropy of s as a share of ln N, \(rival)'s − hyperrouter's", unit: "of ln N", a, minus: b
            ) { $0.entropy(k: k).map { $0 / log(Double(count)) } },
          ]
        }
      }
  }

  package func tables(_ runs: FinishedRuns) -> [Table] {
    let k = runs.commonK
    var table = Table(
      "at k = \(k) for each token",
      headings: [
        "router and N", "bits", "entropy, nats", "ln N", "max / mean load", "never used", "s / step", "MFLOP / token",
      ],
      notes: [
        "Forward; a multiply-add is two operations. Chance baseline: no expert is unused, and max / mean load is little above 1."
      ])
    for variant in runs.variants {
      guard let run = runs.all.first(where: { $0.result.variant == variant }) else { continue }
      let tokens = Double(run.configuration.training.batch * run.configuration.model.segment)
      table.append([
        .text(variant), runs.cell(variant, 3) { $0[k]?.bitsPerCharacter },
        runs.cell(variant, 2) { $0.entropy(k: k) },
        .number(log(Double(run.configuration.model.experts)), digits: 2), runs.cell(variant, 2) { $0[k]?.imbalance },
        runs.cell(variant, 1) { $0[k]?.unusedExperts },
        runs.cell(variant, 4) { $0.timedSteps > 0 && $0.tokensPerSecond > 0 ? tokens / $0.tokensPerSecond : nil },
        .optional(run.result.multiplyAddsPerToken.first.map { 2 * $0 / 1e6 }, digits: 3),
      ])
    }
    return runs.all.isEmpty ? [] : [table]
  }
}
