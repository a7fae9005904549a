import MixtureOfExperts

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
