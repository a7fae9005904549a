import Corpora
import Experiments
import Jacobian
import Training

/// One training of an experiment.
struct PlannedRun {
  /// What is trained.
  let variant: Variant
  /// The text.
  let corpus: Corpus
  /// All of it.
  var configuration: RunConfiguration
  /// Its directory's name inside that of the experiment, and its name on the progress line.
  let name: String
  /// Experts for each token at which it is evaluated; what flags say if nil.
  var ks: [Int]?
  /// Whether it is evaluated with other memories, too.
  var measuresReach = false
  /// Whether it is finetuned on the built-in task, too.
  var isFinetuned = false

  /// The seed.
  var seed: UInt64 { configuration.training.seed }
}

extension PlannedRun {
  /// Plans every variant with every seed, all variants of a seed before the next: an interrupted experiment has whole pairs.
  ///
  /// - Parameters:
  ///   - variants: What is trained.
  ///   - corpus: The text.
  ///   - seeds: The seeds.
  ///   - prefix: What directories' names begin with.
  ///   - specification: The text as the command line names it.
  ///   - namesSeeds: Whether directories name seeds; if nil, where there are several.
  ///   - options: The sizes and the rest of the training.
  /// - Returns: The runs.
  /// - Throws: What is wrong with the sizes.
  static func all(
    _ variants: [Variant], on corpus: Corpus, seeds: [UInt64], prefix: String = "", specification: String,
    namesSeeds: Bool? = nil, _ options: Options
  ) throws -> [PlannedRun] {
    try seeds.flatMap { seed in
      try variants.map { variant in
        let run = try options.run(variant, seed: seed, on: corpus, specification)
        let name = prefix + variant.name + (namesSeeds ?? (seeds.count > 1) ? "-\(seed)" : "")
        return PlannedRun(variant: variant, corpus: corpus, configuration: run, name: name)
      }
    }
  }
}
