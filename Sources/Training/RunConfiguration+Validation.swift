import Hosts
import MixtureOfExperts

extension RunConfiguration {
  /// Checks that a run can be what this describes: needed wherever a description comes from outside.
  ///
  /// - Throws: What is wrong with the first setting that is.
  public func validate() throws(ConfigurationError) {
    guard format == 1 else { throw ConfigurationError("format", found: format, expected: "1") }
    guard tokens == vocabulary.tokenization else {
      throw ConfigurationError("tokens", found: tokens.rawValue, expected: vocabulary.tokenization.rawValue)
    }
    guard model.vocabulary == vocabulary.count else {
      throw ConfigurationError(
        "vocabulary", found: model.vocabulary, expected: "\(vocabulary.count), the number of symbols listed")
    }
    try model.validate()
    try training.validate(for: model)
    for (name, value) in [("evaluationInterval", evaluationInterval), ("patience", patience)] {
      if let value, !TrainingOptions.Limits.steps.contains(value) {
        throw ConfigurationError(
          name, found: value, expected: "at least 1 and at most \(TrainingOptions.Limits.steps.upperBound)")
      }
    }
  }

  /// How many bytes training takes at its peak, roughly, in single precision.
  public var bytesForTraining: Double { training.bytes(for: model) }

  /// How many bytes a model takes for reading text, roughly, in single precision: its weights, and one layer's work with
  /// all experts.
  public var bytesForReading: Double {
    4 * (Double(model.weightCount) + model.activationCount(batch: 4, k: model.experts) / Double(model.layers))
  }
}

extension TrainingOptions {
  /// Returns how many bytes training takes at its peak, roughly, in single precision.
  ///
  /// Every weight has its value, two moments, and one gradient for every shard; every token as many experts as the
  /// schedule ever gives it.
  ///
  /// - Parameter model: The model, of valid sizes.
  /// - Returns: A number that may exceed every integer.
  public func bytes(for model: Configuration) -> Double {
    let weights = Double(model.weightCount) * Double(3 + min(shards, batch))
    let state = model.stateShapes(batch: batch, read: model.memory).reduce(0) { $0 + Double($1.count) }
    return 4 * (weights + 2 * state + model.activationCount(batch: batch, k: kSchedule.largest))
  }
}
