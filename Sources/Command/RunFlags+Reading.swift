import Corpora
import Experiments
import Hosts
import MixtureOfExperts
import Training

extension Options {
  /// The model that the flags describe.
  func configuration(_ router: RouterKind, vocabulary: Int) throws -> Configuration {
    var model = try settings.configuration(router).model
    model.vocabulary = vocabulary
    try model.validate()
    return model
  }

  /// The training that the flags describe.
  func training(_ model: Configuration) throws -> TrainingOptions {
    try settings.configuration(model.router, model: model).training
  }

  /// A run of an experiment, checked: what the flags describe, with the causes of a variant.
  func run(
    _ variant: Variant, seed: UInt64, on corpus: Corpus, _ specification: String
  ) throws -> RunConfiguration {
    var own = settings
    own.set(\.data, to: specification)
    let described = try own.configuration(variant.router, vocabulary: corpus.vocabulary)
    var run = variant.applied(to: described, k: try smallestK(described.model), seed: seed)
    run.fingerprint = corpus.fingerprint
    try run.validate()
    try corpus.expectLists(fit: described.model.segment)
    try MemoryShortage.check(run.bytesForTraining)
    return run
  }

  /// k where it does not grow, and where growth begins.
  func smallestK(_ model: Configuration) throws -> Int {
    settings.expertsPerToken ?? min(settings.preset.sizes.k, model.experts)
  }
}
