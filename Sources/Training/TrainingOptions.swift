import MixtureOfExperts
import RunFiles

/// Everything that determines a training run but the model and the data.
public struct TrainingOptions: Codable, Hashable, Sendable {
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
  /// The lengths that the run had before it was extended, the first of them first; nil if it never was.
  @OrNull public var extendedFrom: [Int]?

  /// Creates options.
  public init(
    batch: Int, steps: Int, learningRate: LearningRateSchedule, clip: Double = Defaults.clip, kSchedule: KSchedule,
    seed: UInt64, shards: Int
  ) {
    self.batch = batch
    self.steps = steps
    self.learningRate = learningRate
    self.clip = clip
    self.kSchedule = kSchedule
    self.seed = seed
    self.shards = shards
  }
}

extension TrainingOptions {
  /// What a training has unless it is told otherwise.
  ///
  /// The one home of these values: options, presets, flags, benchmarks and help read them here. Those of the learning rate's
  /// course stand at ``LearningRateSchedule``.
  public enum Defaults {
    /// The largest gradient norm that the published runs let through.
    public static let clip = 0.25
    /// η at its highest in the published runs.
    public static let learningRate = 2.5e-4
    /// What η is multiplied by for what a router trains.
    public static let routerLearningRate = 1.0
    /// λ; the published runs have none.
    public static let weightDecay = 0.0
    /// Determines initial weights and dropout.
    public static let seed: UInt64 = 1
  }
}

extension TrainingOptions {
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

  /// Checks that a model can be trained so.
  ///
  /// - Throws: What is wrong with the first option that is.
  public func validate(for model: Configuration) throws(ConfigurationError) {
    try ConfigurationError.check("batch", batch, in: Limits.batch)
    try ConfigurationError.check("steps", steps, in: Limits.steps)
    try ConfigurationError.check("shards", shards, in: Limits.shards)
    guard learningRate.peak > 0, learningRate.peak <= Limits.learningRate else {
      throw ConfigurationError(
        "learningRate", found: learningRate.peak, expected: "a number above 0, at most \(Limits.learningRate)")
    }
    guard clip > 0, clip <= Limits.clip else {
      throw ConfigurationError("clip", found: clip, expected: "a number above 0, at most \(Limits.clip)")
    }
    guard (routerLearningRate ?? 1) > 0, (routerLearningRate ?? 1) <= Limits.learningRate else {
      throw ConfigurationError(
        "routerLearningRate", found: routerLearningRate ?? 1,
        expected: "a factor above 0, at most \(Limits.learningRate)")
    }
    guard (learningRate.minimum ?? 0) >= 0, (learningRate.minimum ?? 0) <= learningRate.peak else {
      throw ConfigurationError(
        "minimumLearningRate", found: learningRate.minimum ?? 0,
        expected: "at least 0 and at most the learning rate, \(learningRate.peak)")
    }
    guard (weightDecay ?? 0) >= 0, (weightDecay ?? 0) <= Limits.weightDecay else {
      throw ConfigurationError(
        "weightDecay", found: weightDecay ?? 0, expected: "a number from 0 to \(Limits.weightDecay)")
    }
    if let shorter = (extendedFrom ?? []).first(where: { $0 < 1 || $0 >= steps }) {
      throw ConfigurationError("extendedFrom", found: shorter, expected: "fewer steps than the run has, \(steps)")
    }
    guard learningRate.warmup >= 0, learningRate.warmup < steps else {
      throw ConfigurationError(
        "warmup", found: learningRate.warmup, expected: "less than the number of steps, \(steps)")
    }
    guard kSchedule.minimum >= 1, kSchedule.minimum <= kSchedule.maximum else {
      throw ConfigurationError(
        "kSchedule", found: kSchedule, expected: "a least k of at least 1 and a largest k not below it")
    }
    guard kSchedule.maximum <= model.experts else {
      throw ConfigurationError(
        "kSchedule", found: "k up to \(kSchedule.maximum)",
        expected: "at most the number of experts, \(model.experts)")
    }
  }
}
