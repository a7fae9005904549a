import Hosts
import MixtureOfExperts
import Tables
import Training

/// What the shape of 𝓗 costs: one base, and variants that differ from it in one thing each.
///
/// All have the k schedule, the scale of W_r and its speed in common, in expectation.
package struct ShapeExperiment: OpenExperiment {
  package init() {}

  package let id = "shape"
  package let title = "The shape of 𝓗"
  package let method =
    "HyperRouter at equal conditions, and variants that differ from it in one thing each; W_r begins as large, and moves as fast, "
    + "in expectation."

  /// HyperRouter as the settings describe it.
  static let base = Variant.equal(.hyperRouter)

  /// A variant with what it changes, in words: "m = 2".
  typealias Change = (variant: Variant, words: String)

  /// The variants around a model, of which each differs in one size.
  static func changes(around model: Configuration) -> [Change] {
    var changes: [Change] = [
      (base.named("shared") { $0.sharesHypernetwork = true }, "one 𝓗 shared by all layers"),
      (Variant.equal(.coordinateWise).named("coordinate-wise"), "an embedding for each expert"),
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

  package func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])] {
    let model = try settings.configuration(.hyperRouter).model
    return [("equal-", [Self.base]), ("shape-", Self.changes(around: model).map(\.variant))]
  }

  package func questions(_ runs: FinishedRuns) -> [Question] {
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

  package func tables(_ runs: FinishedRuns) -> [Table] {
    let (ks, commonK) = (runs.ks, runs.commonK)
    var bits = Table(
      "bits per character by experts used, and entropy of s at k = \(commonK)",
      headings: ["variant"] + ks.map { "k = \($0)" } + ["best", "− base's", "entropy, nats"],
      notes: ["The best k is chosen by validation; − base's: ± half-width of the 95 % interval, paired by seed."])
    var numbers = Table(
      "numbers that decide routing, in all layers together", headings: ["variant", "trained", "fixed"],
      notes: ["What layers share is counted once."])
    for variant in runs.variants {
      let difference = runs.difference(variant, Self.base.name) { $0.best?.bitsPerCharacter }
      bits.append(
        [.text(variant)] + ks.map { k in runs.cell(variant, 3) { $0[k]?.bitsPerCharacter } }
          + [
            runs.cell(variant, 3) { $0.best?.bitsPerCharacter },
            .estimated(variant == Self.base.name ? nil : difference?.estimate, digits: 3),
            runs.cell(variant, 2) { $0.entropy(k: commonK) },
          ])
      let first = runs[variant].first
      numbers.append(texts: [
        variant, first.map { "\($0.trainableRoutingParameters)" }, first?.fixedRoutingParameters.map { "\($0)" },
      ])
    }
    return [bits, numbers]
  }
}
