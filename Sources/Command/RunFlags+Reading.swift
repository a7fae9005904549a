import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Training
import TransformerXL

extension Options {
  /// The model that the flags describe.
  func configuration(_ router: RouterKind, vocabulary: Int) throws -> Configuration {
    let sizes = self[RunFlags.preset].sizes
    var configuration = Configuration(
      vocabulary: vocabulary,
      layers: self[RunFlags.layers] ?? sizes.layers,
      modelWidth: self[RunFlags.modelWidth] ?? sizes.modelWidth,
      heads: self[RunFlags.heads] ?? sizes.heads,
      headWidth: self[RunFlags.headWidth] ?? sizes.headWidth,
      expertWidth: self[RunFlags.expertWidth] ?? sizes.expertWidth,
      experts: self[RunFlags.experts] ?? sizes.experts,
      segment: self[RunFlags.segment] ?? sizes.segment,
      memory: self[RunFlags.memory] ?? sizes.memory,
      router: router)
    configuration.gateOrder = self[RunFlags.gateOrder]
    configuration.norm = self[RunFlags.norm]
    configuration.dropout = self[RunFlags.dropout] ?? sizes.dropout
    configuration.attentionDropout = self[RunFlags.attentionDropout]
    configuration.embeddingWidth = self[RunFlags.embeddingWidth] ?? configuration.modelWidth
    configuration.hypernetworkWidth = self[RunFlags.hypernetworkWidth]
    configuration.hypernetworkDepth = self[RunFlags.hypernetworkDepth]
    configuration.sharesHypernetwork = self[RunFlags.sharedHypernetwork]
    // What the release does is what a configuration says by saying nothing.
    configuration.routerScale = self[RunFlags.routerScale] == .release ? nil : self[RunFlags.routerScale]
    configuration.embeddingScale = self[RunFlags.embeddingScale] == .release ? nil : self[RunFlags.embeddingScale]
    configuration.balanceCoefficient = router.facts?.hasBalancingLoss == true ? self[RunFlags.balance] : nil
    try configuration.validate()
    return configuration
  }

  /// The training that the flags describe.
  func training(_ configuration: Configuration) throws -> TrainingOptions {
    let sizes = self[RunFlags.preset].sizes
    var schedule = self[RunFlags.preset].kSchedule(
      for: configuration.router, k: try smallestK(configuration), experts: configuration.experts)
    if let given = self[RunFlags.kSchedule], let mode = KSchedule.Mode(rawValue: given.mode) {
      schedule = KSchedule(mode, given.minimum, given.maximum)
    }
    let steps = self[RunFlags.steps] ?? sizes.steps
    let batch = self[RunFlags.batch] ?? sizes.batch
    var training = TrainingOptions(
      batch: batch, steps: steps,
      learningRate: LearningRateSchedule(
        peak: self[RunFlags.learningRate] ?? sizes.learningRate, course: self[RunFlags.learningRateCourse],
        warmup: self[RunFlags.warmup]),
      clip: self[RunFlags.clip] ?? sizes.clip, kSchedule: schedule, seed: UInt64(self[RunFlags.seed]),
      shards: min(batch, self[RunFlags.shards] ?? sizes.shards))
    // What the release does is what options say by saying nothing.
    func unless<Value: Equatable>(_ standard: Value, _ given: Value) -> Value? { given == standard ? nil : given }
    training.learningRate.minimum = unless(LearningRateSchedule.defaultMinimum, self[RunFlags.minimumLearningRate])
    training.weightDecay = unless(TrainingOptions.Defaults.weightDecay, self[RunFlags.weightDecay])
    training.routerLearningRate = unless(
      TrainingOptions.Defaults.routerLearningRate, self[RunFlags.routerLearningRate])
    return training
  }

  /// The run that the flags describe, checked.
  func run(_ router: RouterKind, on corpus: Corpus) throws -> RunConfiguration {
    try run(Variant(router), seed: UInt64(self[RunFlags.seed]), on: corpus, self[RunFlags.data])
  }

  /// A run of an experiment, checked: what the flags describe, with the causes of a variant.
  ///
  /// - Parameters:
  ///   - variant: The variant.
  ///   - seed: The seed.
  ///   - corpus: The text.
  ///   - specification: The text as the command line names it.
  /// - Returns: The run.
  /// - Throws: What is wrong with it.
  func run(
    _ variant: Variant, seed: UInt64, on corpus: Corpus, _ specification: String
  ) throws -> RunConfiguration {
    let model = try configuration(variant.router, vocabulary: corpus.vocabulary.count)
    let described = RunConfiguration(
      data: Corpus.absoluteSpecification(specification), tokens: corpus.vocabulary.tokenization, model: model,
      training: try training(model), vocabulary: corpus.vocabulary)
    var run = variant.applied(to: described, k: try smallestK(model), seed: seed)
    run.fingerprint = corpus.fingerprint
    try run.validate()
    try corpus.expectLists(fit: model.segment)
    try expectMemory(run.bytesForTraining)
    return run
  }

  /// k where it does not grow, and where growth begins.
  func smallestK(_ configuration: Configuration) throws -> Int {
    let experts = configuration.experts
    let k = self[RunFlags.topK] ?? min(self[RunFlags.preset].sizes.k, experts)
    guard k <= experts else {
      throw CommandError.usage("--top-k: found \(k), expected at most the number of experts, \(experts)")
    }
    return k
  }

  /// Reads a text as the flags say.
  ///
  /// - Parameter specification: The text as the command line names it.
  /// - Returns: The text, long enough for the run.
  /// - Throws: `FileError` if it is not there or not usable.
  func corpus(_ specification: String) throws -> Corpus {
    let (tokens, size, minimum) = (self[RunFlags.tokens], self[RunFlags.vocabulary], minimumSymbols())
    return tokens == .bytes && size != nil
      ? try Corpus.load(specification, vocabulary: .allBytes, minimum: minimum)
      : try Corpus.load(specification, tokenization: tokens, words: size, minimum: minimum)
  }

  /// How many symbols each part of the text must have.
  func minimumSymbols() -> Splits<Int> {
    let sizes = self[RunFlags.preset].sizes
    return .forTraining(
      batch: self[RunFlags.batch] ?? sizes.batch, segment: self[RunFlags.segment] ?? sizes.segment)
  }

  /// The values of k to evaluate at: those asked for, or 1, 2, 4, … and N.
  func evaluationKs(_ configuration: Configuration) throws -> [Int] {
    let experts = configuration.experts
    if let given = self[RunFlags.ks] {
      if let tooLarge = given.first(where: { $0 > experts }) {
        throw CommandError.usage("--k: found \(tooLarge), expected at most the number of experts, \(experts)")
      }
      if configuration.router.isSparse { return given }
    }
    // A dense network uses all of its N·f hidden units whatever k is: one evaluation says everything.
    guard configuration.router.isSparse else { return [experts] }
    var ks = Array(sequence(first: 1) { $0 * 2 < experts ? $0 * 2 : nil })
    if ks.last != experts { ks.append(experts) }
    return ks
  }
}

extension Splits<Int> {
  /// How many symbols each part of a text must have for a run.
  static func forTraining(batch: Int, segment: Int) -> Splits {
    Splits(
      train: BatchStream.minimumSymbols(batch: batch, segmentLength: segment, purpose: .training), validation: 2,
      test: 0)
  }
}
