import Corpora
import Experiments
import Hosts
import MixtureOfExperts
import Training

extension Options {
  /// What the flags ask a run to be.
  var settings: RunSettings {
    var settings = RunSettings(preset: ifDeclared(RunFlags.preset) ?? .standard)
    func set<Flagged, Value: Sendable>(
      _ path: WritableKeyPath<RunConfiguration, Value> & Sendable, _ flag: Flag<Flagged>,
      _ value: (Flagged) -> Value?
    ) {
      if isGiven(flag), let value = value(self[flag]) { settings.set(path, to: value) }
    }
    func set<Value: Sendable>(_ path: WritableKeyPath<RunConfiguration, Value> & Sendable, _ flag: Flag<Value>) {
      set(path, flag) { $0 }
    }
    func set<Value: Sendable>(_ path: WritableKeyPath<RunConfiguration, Value> & Sendable, _ flag: Flag<Value?>) {
      set(path, flag) { $0 }
    }
    func set<Value: Sendable>(_ path: WritableKeyPath<RunConfiguration, Value?> & Sendable, _ flag: Flag<Value>) {
      set(path, flag) { $0 }
    }
    set(\.data, RunFlags.data)
    set(\.tokens, RunFlags.tokens)
    set(\.model.layers, RunFlags.layers)
    set(\.model.modelWidth, RunFlags.modelWidth)
    set(\.model.heads, RunFlags.heads)
    set(\.model.headWidth, RunFlags.headWidth)
    set(\.model.expertWidth, RunFlags.expertWidth)
    set(\.model.experts, RunFlags.experts)
    set(\.model.segment, RunFlags.segment)
    set(\.model.memory, RunFlags.memory)
    set(\.model.gateOrder, RunFlags.gateOrder)
    set(\.model.norm, RunFlags.norm)
    set(\.model.dropout, RunFlags.dropout)
    set(\.model.attentionDropout, RunFlags.attentionDropout)
    set(\.model.embeddingWidth, RunFlags.embeddingWidth)
    set(\.model.hypernetworkWidth, RunFlags.hypernetworkWidth)
    set(\.model.hypernetworkDepth, RunFlags.hypernetworkDepth)
    set(\.model.sharesHypernetwork, RunFlags.sharedHypernetwork)
    set(\.model.routerScale, RunFlags.routerScale)
    set(\.model.embeddingScale, RunFlags.embeddingScale)
    set(\.model.balanceCoefficient, RunFlags.balance) { $0 }
    set(\.training.batch, RunFlags.batch)
    set(\.training.steps, RunFlags.steps)
    set(\.training.shards, RunFlags.shards)
    set(\.training.learningRate.peak, RunFlags.learningRate)
    set(\.training.learningRate.course, RunFlags.learningRateCourse)
    set(\.training.learningRate.warmup, RunFlags.warmup)
    set(\.training.learningRate.minimum, RunFlags.minimumLearningRate)
    set(\.training.weightDecay, RunFlags.weightDecay)
    set(\.training.routerLearningRate, RunFlags.routerLearningRate)
    set(\.training.clip, RunFlags.clip)
    set(\.training.seed, RunFlags.seed) { UInt64($0) }
    set(\.training.kSchedule, RunFlags.kSchedule) { given in
      given.flatMap { given in KSchedule.Mode(rawValue: given.mode).map { KSchedule($0, given.minimum, given.maximum) }
      }
    }
    settings.expertsPerToken = ifDeclared(RunFlags.topK) ?? nil
    settings.evaluationKs = ifDeclared(RunFlags.ks) ?? nil
    settings.vocabularySize = ifDeclared(RunFlags.vocabulary) ?? nil
    if let threads = ifDeclared(RunFlags.threads) { settings.threads = threads }
    return settings
  }

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
    self[RunFlags.topK] ?? min(self[RunFlags.preset].sizes.k, model.experts)
  }
}
