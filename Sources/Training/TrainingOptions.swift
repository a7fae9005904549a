import Corpora
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors

/// Everything that determines a training run but the model and the data.
public struct TrainingOptions: Codable, Described, Hashable, Sendable {
  package static let words = """
    options: how a model is trained
    router_learning_rate: factor of η for the router; 1 if null
    weight_decay: λ; 0 if null
    memory_reset: the probability that a step begins with an empty memory; 0 if null
    extended_from: the lengths that the run had before
    """

  /// B: rows of the data read side by side.
  public var batch: Int
  /// S: updates in the whole run.
  public var steps: Int
  /// η over the run.
  public var learningRate: LearningRateSchedule
  /// The largest gradient norm let through.
  public var clip: Double
  /// k over the run.
  public var kSchedule: KSchedule
  /// Determines initial weights and dropout.
  public var seed: UInt64
  /// Into how many parts a batch is cut that run forward and backward side by side.
  ///
  /// Part of the configuration because gradients are added in the order of the parts: the same number gives the same
  /// bits, whatever the number of threads.
  public var shards: Int
  /// What η is multiplied by for what a router trains; 1 if nil, as in the published runs.
  @OrNull public var routerLearningRate: Double?
  /// λ: what share of itself, times η, a matrix loses with every update; ``Defaults/weightDecay`` if nil.
  @OrNull public var weightDecay: Double?
  /// The probability that a step begins with an empty memory; ``Defaults/memoryReset`` if nil.
  @OrNull public var memoryReset: Double?
  /// The lengths that the run had before it was extended, the first of them first; nil if it never was.
  @OrNull public var extendedFrom: [Int]?

  /// Creates options.
  public init(
    batch: Int, steps: Int, learningRate: LearningRateSchedule, clip: Double = Defaults.clip, kSchedule: KSchedule,
    seed: UInt64, shards: Int
  ) {
    (self.batch, self.steps, self.seed, self.shards) = (batch, steps, seed, shards)
    (self.learningRate, self.clip, self.kSchedule) = (learningRate, clip, kSchedule)
  }
}

extension TrainingOptions {
  /// What a training has unless it is told otherwise.
  ///
  /// The one home of these values: options, presets, flags, benchmarks and help read them here. Those of the learning rate's
  /// shape stand at ``LearningRateSchedule``.
  public enum Defaults {
    /// The largest gradient norm that the published runs let through.
    public static let clip = 0.25
    /// η at its highest in the published runs.
    public static let learningRate = 2.5e-4
    /// What η is multiplied by for what a router trains.
    public static let routerLearningRate = 1.0
    /// λ; the published runs have none.
    public static let weightDecay = 0.0
    /// The probability that a step begins with an empty memory; the published runs' is 0.
    public static let memoryReset = 0.0
    /// Determines initial weights and dropout.
    public static let seed: UInt64 = 1
  }

  /// Whether a step begins with an empty memory, for all rows at once, so that a model also learns to predict where nothing precedes.
  func resetsMemory(step: Int) -> Bool {
    var random = Random(seed: seed).child(named: "memory").child(step)
    return random.bernoulli(memoryReset ?? Defaults.memoryReset)
  }

  /// The numbers that are accepted.
  public enum Limits {
    /// B.
    public static let batch = 1...65536
    /// S.
    public static let steps = 1...1_000_000_000
    /// η at its highest is above 0 and not above this.
    public static let learningRate = 1e30
    /// λ is at least 0 and not above this: weights must not change their sign by decaying.
    public static let weightDecay = 1.0
    /// Steps of warm-up.
    public static let warmup = 0...1_000_000_000
    /// The largest gradient norm let through is above 0 and not above this.
    public static let clip = 1e30
    /// Parts of a batch.
    public static let shards = 1...1024
  }

  /// Checks a model of a description's symbols, and that it can be trained so.
  func validate(for model: Configuration, of vocabulary: Vocabulary) throws(ConfigurationError) {
    try ConfigurationError.expect(
      model.vocabulary == vocabulary.count, "vocabulary", model.vocabulary,
      "\(vocabulary.count), the number of symbols listed")
    try model.validate()
    try validate(for: model)
  }

  /// Checks that a model can be trained so.
  public func validate(for model: Configuration) throws(ConfigurationError) {
    try ConfigurationError.check("batch", batch, in: Limits.batch)
    try ConfigurationError.check("steps", steps, in: Limits.steps)
    try ConfigurationError.check("shards", shards, in: Limits.shards)
    let (peak, minimum) = (learningRate.peak, learningRate.minimum ?? 0)
    let (routers, decay) = (routerLearningRate ?? 1, weightDecay ?? 0)
    let (ks, experts) = (kSchedule, model.experts)
    try ConfigurationError.expect(
      peak > 0 && peak <= Limits.learningRate, "learningRate", peak, "a number above 0, at most \(Limits.learningRate)")
    try ConfigurationError.expect(
      clip > 0 && clip <= Limits.clip, "clip", clip, "a number above 0, at most \(Limits.clip)")
    try ConfigurationError.expect(
      routers > 0 && routers <= Limits.learningRate, "routerLearningRate", routers,
      "a factor above 0, at most \(Limits.learningRate)")
    try ConfigurationError.expect(
      minimum >= 0 && minimum <= peak, "minimumLearningRate", minimum,
      "at least 0 and at most the learning rate, \(peak)")
    try ConfigurationError.expect(
      decay >= 0 && decay <= Limits.weightDecay, "weightDecay", decay, "a number from 0 to \(Limits.weightDecay)")
    let reset = memoryReset ?? Defaults.memoryReset
    try ConfigurationError.expect(
      reset >= 0 && reset < 1, "memoryReset", reset, "a probability from 0 to below 1")
    if let shorter = (extendedFrom ?? []).first(where: { $0 < 1 || $0 >= steps }) {
      throw ConfigurationError("extendedFrom", found: shorter, expected: "fewer steps than the run has, \(steps)")
    }
    try ConfigurationError.expect(
      learningRate.warmup >= 0 && learningRate.warmup < steps, "warmup", learningRate.warmup,
      "less than the number of steps, \(steps)")
    try ConfigurationError.expect(
      ks.minimum >= 1 && ks.minimum <= ks.maximum, "kSchedule", ks,
      "a least k of at least 1 and a largest k not below it")
    try ConfigurationError.expect(
      ks.maximum <= experts, "kSchedule", "k up to \(ks.maximum)", "at most the number of experts, \(experts)")
  }
}

extension ConfigurationError {
  /// Refuses a setting unless it is as expected.
  static func expect(
    _ isRight: Bool, _ name: String, _ found: some CustomStringConvertible, _ expected: String
  ) throws(ConfigurationError) {
    if !isRight { throw ConfigurationError(name, found: found, expected: expected) }
  }
}
