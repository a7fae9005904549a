import Corpora
import MixtureOfExperts
import RunFiles

/// Everything needed to repeat a run, as kept in `config.json`.
public struct RunConfiguration: Codable, Equatable, Sendable {
  /// The version of this description.
  public var format = 1
  /// The text: the name of a built-in corpus or a file's path.
  public var data: String
  /// How the text became symbols.
  public var tokens: Tokenization
  /// A checksum of the text's symbols, so that a run is never continued on another text; nil if unknown.
  @OrNull public var fingerprint: String?
  /// The model.
  public var model: Configuration
  /// The training.
  public var training: TrainingOptions
  /// The symbols.
  public var vocabulary: Vocabulary
  /// The run whose trained weights this one began with, kept beside it; weights are made from the seed if nil.
  @OrNull public var startedFrom: String?
  /// Steps between looks at the model on the way; a tenth of the run if nil.
  @OrNull public var evaluationInterval: Int?
  /// After how many looks that found nothing better the training ends; never before its last step if nil.
  @OrNull public var patience: Int?
  /// The step after which looks count against patience: where the run stood when it was last extended; 0 if nil.
  @OrNull public var patienceAfter: Int?

  /// Describes a run.
  ///
  /// - Parameters:
  ///   - data: The text.
  ///   - tokens: How it becomes symbols.
  ///   - vocabulary: The symbols.
  public init(
    data: String, tokens: Tokenization, model: Configuration, training: TrainingOptions, vocabulary: Vocabulary
  ) {
    self.data = data
    self.tokens = tokens
    self.model = model
    self.training = training
    self.vocabulary = vocabulary
  }

  /// Steps between looks at the model on the way.
  public var evaluationSteps: Int { evaluationInterval ?? max(1, training.steps / 10) }
}
