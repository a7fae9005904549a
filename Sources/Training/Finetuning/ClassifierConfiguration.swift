import Corpora
import Hosts
import MixtureOfExperts
import RunFiles

/// Everything needed to repeat the training of a classifier, as kept in its `config.json`.
public struct ClassifierConfiguration: Codable, Described, Equatable, Sendable {
  package static let words = """
    classifier: config.json of a classifier; that of a finetuning is a list of them
    pooling: the states of a text that are read; last if null
    """

  /// What tells a classifier's directory from a language model's.
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// A classifier.
    case classifier
  }

  /// The run that a body was pretrained in.
  public struct Pretrained: Codable, Described, Equatable, Sendable {
    package static let words = """
      pretrained: the run that a body was pretrained in, and which of its weights
      step: after which they were written; null if another program wrote them again
      checksum: of these weights; null in directories from before it was kept
      """
    /// Its directory.
    public let path: String
    /// Which of its weights: `last` or `best`.
    public let weights: String
    /// After how many steps they were written; nil if another program wrote them again.
    @OrNull public private(set) var step: Int?
    /// The weights' checksum; nil in directories from before it was kept.
    @OrNull public internal(set) var checksum: String?

    /// The same with the checksum of another, if this was kept without one.
    package func reconciled(with other: Pretrained) -> Pretrained {
      checksum == nil ? Pretrained(path: path, weights: weights, step: step, checksum: other.checksum) : self
    }

    /// Names a run.
    public init(path: String, weights: String, step: Int?, checksum: String? = nil) {
      (self.path, self.weights, self.step, self.checksum) = (path, weights, step, checksum)
    }
  }

  /// What this is.
  public var kind = Kind.classifier
  /// The version of this description.
  public var format = 1
  /// What the body began with, and whether it learnt.
  public var condition: FinetuningCondition
  /// The labels in the order of their numbers.
  public var labels: [String]
  /// Where the body comes from; with ``FinetuningCondition/scratch`` its sizes alone.
  public var pretrained: Pretrained
  /// Where the texts come from.
  public var data: ClassificationSources
  /// A checksum of the texts, so that a training is never taken for that of others.
  public var fingerprint: String
  /// The body.
  public var model: Configuration
  /// The training.
  public var training: TrainingOptions
  /// Which states of a text are read; nil in directories from before it was kept: `last`.
  @OrNull public var pooling: Pooling?
  /// Evaluations without improvement that end the training; nil: it ends with its last step.
  @OrNull public var patience: Int?
  /// The symbols.
  public var vocabulary: Vocabulary

  /// Describes a classifier.
  public init(
    condition: FinetuningCondition, labels: [String], pretrained: Pretrained, data: ClassificationSources,
    fingerprint: String, model: Configuration, training: TrainingOptions, pooling: Pooling = .standard,
    patience: Int? = nil,
    vocabulary: Vocabulary
  ) {
    (self.condition, self.labels, self.pretrained) = (condition, labels, pretrained)
    (self.data, self.fingerprint, self.vocabulary) = (data, fingerprint, vocabulary)
    (self.model, self.training, self.pooling, self.patience) = (model, training, pooling, patience)
  }

  /// How many symbols of a text are read at most, T + M: of a longer one the last.
  public var context: Int { model.segment + model.memory }

  /// Checks that a classifier can be what this describes.
  public func validate() throws(ConfigurationError) {
    try ConfigurationError.expect(format == 1, "format", format, "1")
    try ConfigurationError.expect(
      labels.count > 1 && Set(labels).count == labels.count, "labels", labels.count, "at least 2, all different")
    try training.validate(for: model, of: vocabulary)
  }

  /// How many bytes training takes at its peak, roughly, in single precision.
  public func bytesForTraining(longest: Int) -> Double {
    var read = model
    (read.segment, read.memory) = (longest, 0)
    return training.bytes(for: read)
  }
}
