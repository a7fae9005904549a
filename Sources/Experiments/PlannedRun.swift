import Corpora
import MixtureOfExperts
import Tensors
import Training

/// One training of an experiment.
package struct PlannedRun: Sendable {
  /// What is trained.
  package let variant: Variant
  package let corpus: Corpus
  package internal(set) var configuration: RunConfiguration
  /// Its directory's name inside that of the experiment, and its name on the progress line.
  package let name: String
  /// Experts for each token at which it is evaluated; what the settings say if nil.
  package internal(set) var ks: [Int]?
  /// Whether it is evaluated with other memories, too.
  package internal(set) var measuresReach = false
  /// Whether it is finetuned on the built-in task, too.
  package internal(set) var isFinetuned = false
  /// Whether its tokens are routed by their class: an oracle, of which results are kept and no model.
  package internal(set) var isRoutedByClass = false

  package var seed: UInt64 { configuration.training.seed }
  /// The name of the run of the same experiment whose W_r and b_r it is given; nil if of none.
  var donor: String? { variant.rows == nil ? nil : configuration.startedFrom }
}

extension RunSettings {
  /// Plans every variant with its seeds, all variants of a seed before the next.
  ///
  /// An interrupted experiment has whole pairs. Where the first seed is not named, one seed can become several.
  func plan(
    _ variants: [Variant], on corpus: Corpus, seeds: [UInt64], prefix: String = "", namesFirstSeed: Bool = true
  ) throws -> [PlannedRun] {
    try seeds.enumerated().flatMap { place, seed in
      try variants.filter { place < $0.seeds ?? seeds.count }.map { variant in
        var configuration = try run(variant, seed: seed, on: corpus)
        if let rows = variant.rows {
          let donor = rows.isOfAnotherSeed ? seeds[(place + seeds.count - 1) % seeds.count] : seed
          guard rows.isOfAnotherSeed == (donor != seed) else {
            throw ConfigurationError(
              "seeds", found: "1 with \(prefix)\(variant.name), which is given the rows of another seed's run",
              expected: "at least 2")
          }
          configuration.startedFrom = "\(prefix)\(rows.variant)-\(donor)"
        }
        return PlannedRun(
          variant: variant, corpus: corpus, configuration: configuration,
          name: prefix + variant.name + (place == 0 && !namesFirstSeed ? "" : "-\(seed)"))
      }
    }
  }
}

extension PlannedRun {
  /// The model before its first step: all weights from its seed, but W_r and b_r, which are those of another model of the same sizes.
  func initialModel(withRowsOf donor: LanguageModel<Float>) -> LanguageModel<Float> {
    let model = LanguageModel<Float>(configuration.model, seed: seed)
    for (own, other) in zip(model.mixtures, donor.mixtures) {
      guard let router = other.router as? any LinearRouter<Float> else { continue }
      let (W_r, b_r) = router.weights(on: .evaluating())
      for (weight, value) in zip(own.router.frozen, [W_r.value, b_r.value]) { weight.restore(value.contiguous()) }
    }
    return model
  }

  /// The multiply-adds of its training, its evaluations on both parts, and what else is asked.
  func work(ks: [Int]) throws -> Double {
    let (model, batch) = (configuration.model, configuration.training.batch)
    var work = configuration.work(on: corpus, ks: ks)
    if measuresReach {
      let test = Double(configuration.evaluated(corpus.splits.test).symbols.count)
      let contents = Array(repeating: model.memory, count: MemoryContent.allCases.count)
      for memory in Reach.lengths(segment: model.segment) + contents {
        var reading = model
        reading.memory = memory
        work += test * reading.multiplyAddsPerToken(batch: batch, k: model.experts)
      }
    }
    if isFinetuned {
      work += try FinetuningMeasures.multiplyAdds(
        of: configuration, ks: ks, trainingFactor: RunDuration.trainingFactor)
    }
    return work
  }
}
