import Corpora
import Hosts
import MixtureOfExperts
import RunFiles

/// Everything needed to repeat a run, as kept in `config.json`.
public struct RunConfiguration: Codable, Described, Equatable, Sendable {
  package static let words = """
    configuration: config.json of a run; that of a comparison is a list of them
    validation, test: files that are validated and tested on; the next and the last 5 % of the text if null
    evaluation_symbols: how many symbols of a part are evaluated at most; null: all
    started_from: the run whose weights this one began with, or of them W_r and b_r alone: compare --suite open, part learned
    evaluation_interval: steps between evaluations; a tenth of the run if null
    patience: evaluations without improvement that end the run
    patience_after: the step after which evaluations count; 0 if null
    """

  /// The version of this description.
  public var format = 1
  /// The text: the name of a built-in corpus or a file's path.
  public var data: String
  /// The file that choices are made by; a part of the text if nil.
  @OrNull public var validation: String?
  /// The file that figures are of; a part of the text if nil.
  @OrNull public var test: String?
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
  /// The run whose trained weights, all or its routers' alone, this one began with, kept beside it; weights are made from the seed if
  /// nil.
  @OrNull public var startedFrom: String?
  /// Steps between evaluations on the way; a tenth of the run if nil.
  @OrNull public var evaluationInterval: Int?
  /// How many symbols of a part an evaluation reads at most; all if nil.
  @OrNull public var evaluationSymbols: Int?
  /// After how many evaluations without improvement the training ends; never before its last step if nil.
  @OrNull public var patience: Int?
  /// The step after which evaluations count against patience: where the run stood when it was last extended; 0 if nil.
  @OrNull public var patienceAfter: Int?

  /// Describes a run.
  public init(
    data: String, tokens: Tokenization, model: Configuration, training: TrainingOptions, vocabulary: Vocabulary
  ) {
    (self.data, self.tokens, self.vocabulary) = (data, tokens, vocabulary)
    (self.model, self.training) = (model, training)
  }

  /// The numbers of symbols to evaluate that are accepted: one to read and one to predict.
  public static let evaluationSymbolLimits = 2...Int(Int32.max)

  /// Steps between evaluations on the way.
  public var evaluationSteps: Int { evaluationInterval ?? max(1, training.steps / 10) }

  /// The files that are held out; nil where they are the end of the text.
  public var heldOut: Corpus.HeldOut? { Corpus.HeldOut(validation, test) }

  /// What is evaluated of a part of the text.
  public func evaluated(_ split: Corpus.Split) -> Corpus.Split { evaluationSymbols.map(split.prefix) ?? split }
}

extension Configuration: Described {
  package static let words = """
    model: a model's sizes
    host: what is around the mixtures; Transformer-XL if missing
    hypernetwork_depth: linear maps in 𝓗
    shares_hypernetwork: whether all layers share one 𝓗
    router_scale, embedding_scale: how large W_r and e begin: release (if missing), matched, or a factor
    balance_coefficient: α; the router's default if missing
    """
}

extension RunConfiguration {
  /// Checks that a run can be what this describes: needed wherever a description comes from outside.
  public func validate() throws(ConfigurationError) {
    try ConfigurationError.expect(format == 1, "format", format, "1")
    try ConfigurationError.expect(
      tokens == vocabulary.tokenization, "tokens", tokens.rawValue, vocabulary.tokenization.rawValue)
    try training.validate(for: model, of: vocabulary)
    try ConfigurationError.expect(
      (validation == nil) == (test == nil), validation == nil ? "validation" : "test", "nothing", "a file as the other")
    if let evaluationSymbols {
      try ConfigurationError.check("evaluationSymbols", evaluationSymbols, in: Self.evaluationSymbolLimits)
    }
    for (name, value) in [("evaluationInterval", evaluationInterval), ("patience", patience)] {
      let limits = TrainingOptions.Limits.steps
      try ConfigurationError.expect(
        limits.contains(value ?? 1), name, value ?? 1, "at least 1 and at most \(limits.upperBound)")
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
  public func bytes(for model: Configuration) -> Double {
    let weights = Double(model.weightCount) * Double(3 + min(shards, batch))
    let state = model.stateShapes(batch: batch, read: model.memory).reduce(0) { $0 + Double($1.count) }
    return 4 * (weights + 2 * state + model.activationCount(batch: batch, k: kSchedule.largest))
  }
}
