import Corpora
import Jacobian
import MixtureOfExperts
import Tensors
import Training

/// What was measured of a model at one step of its training, on the validation part.
public struct TrainingLook: Codable, Sendable {
  /// Finished steps.
  public let step: Int
  /// At the k of the training at that step.
  public let validation: EvaluationResult
  /// Its mixtures at the k at which routers are compared, first layer first; empty for dense models and short texts.
  public let mixtures: [MixtureMeasures]
  /// The first expert of every probed token, by layer.
  public let firstChoices: [[Int]]
}

/// Looks at a model again and again while it is trained, always with the same text.
public struct TrainingObserver {
  /// The most symbols of the validation part that a look reads, so that a look costs little.
  public static let largestSymbols = 16_384
  /// Places of the text at which mixtures are looked at.
  public static let probeRows = 8

  private let part: Corpus.Split
  /// Nil where there is nothing to look at, or the text is too short for it.
  private let probe: Probe?
  private let initial: LanguageModel<Double>
  private let commonK: Int
  private let workers: Workers

  /// Prepares looks.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - corpus: The text.
  ///   - initial: The model before the first step, with which rows are compared.
  ///   - commonK: The k at which mixtures are looked at.
  ///   - workers: The threads to use.
  /// - Throws: `CorpusError` if the validation part is too short to be evaluated.
  public init(of run: RunConfiguration, _ corpus: Corpus, initial: LanguageModel<Float>, commonK: Int, workers: Workers)
    throws
  {
    part = corpus.splits.validation.prefix(Self.largestSymbols)
    self.commonK = commonK
    self.workers = workers
    let needed = Probe.minimumSymbols(rows: Self.probeRows, length: run.model.segment, of: run.model)
    // What a model reads before the probed tokens grows with its depth: more than a look evaluates, for the largest.
    let probed = part.symbols.count >= needed ? part.symbols : corpus.splits.validation.symbols
    probe =
      run.model.router.isSparse && probed.count >= needed
      ? try Probe(probed, rows: Self.probeRows, length: run.model.segment, of: run.model) : nil
    self.initial = LanguageModel(converting: initial)
  }

  /// Looks at a model.
  ///
  /// - Parameters:
  ///   - model: The model as it is now.
  ///   - step: Finished steps.
  ///   - k: Experts for each token in training.
  /// - Returns: What there is to see; nil if a loss is not finite.
  /// - Throws: `CorpusError` if the validation part is too short.
  public func callAsFunction(_ model: LanguageModel<Float>, step: Int, k: Int) throws -> TrainingLook? {
    let evaluation = try Evaluation(model, on: part, workers: workers)
    guard let validation = try? evaluation(k: k) else { return nil }
    let mixtures = probe.map {
      MixtureMeasures.of(LanguageModel(converting: model), initial: initial, probe: $0, k: commonK)
    }
    return TrainingLook(
      step: step, validation: validation, mixtures: mixtures?.map(\.measures) ?? [],
      firstChoices: mixtures?.map(\.firstChoices) ?? [])
  }
}
