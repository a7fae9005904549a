import Corpora
import Jacobian
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// What was measured of a model at one step of its training, on the validation part.
package struct TrainingEvaluation: Codable, Described, Sendable {
  package static let words = """
    training_evaluation: a line of metrics.jsonl: an evaluation on the way
    validation: at the k of the training at that step, with the first \(TrainingObserver.largestSymbols) symbols at most
    first_choices: the first expert of every probed token, by layer
    seconds: of training up to here
    tokens_per_second: since the evaluation before
    """
  package static func example(from sample: any Decoder) throws -> any Encodable {
    MetricsLine.evaluation(try Self(from: sample))
  }

  /// Finished steps.
  package let step: Int
  /// At the k of the training at that step.
  package let validation: EvaluationResult
  /// Its mixtures at the k at which routers are compared, first layer first; empty for dense models and short texts.
  package let mixtures: [MixtureMeasures]
  /// The first expert of every probed token, by layer.
  package let firstChoices: [[Int]]
  /// Of training alone, over all sessions; what a killed session did after its last checkpoint is not counted.
  package internal(set) var seconds = 0.0
  /// Since the evaluation before.
  package internal(set) var tokensPerSecond = 0.0
}

/// Evaluates a model again and again while it is trained, always with the same text.
package struct TrainingObserver {
  /// The most symbols of the validation part that an evaluation on the way reads, so that it costs little.
  package static let largestSymbols = 16_384
  /// Places of the text at which mixtures are looked at.
  package static let probeRows = 8

  private let part: Corpus.Split
  /// Nil where there are no mixtures, or the text is too short for it.
  private let probe: Probe?
  private let initial: LanguageModel<Double>
  private let commonK: Int
  private let workers: Workers

  package init(
    of run: RunConfiguration, _ corpus: Corpus, initial: LanguageModel<Float>, commonK: Int, workers: Workers
  ) throws {
    part = run.evaluated(corpus.splits.validation).prefix(Self.largestSymbols)
    self.commonK = commonK
    self.workers = workers
    let needed = Probe.minimumSymbols(rows: Self.probeRows, length: run.model.segment, of: run.model)
    // What a model reads before the probed tokens grows with its depth: more than an evaluation on the way reads, for the largest.
    let probed = part.symbols.count >= needed ? part.symbols : corpus.splits.validation.symbols
    probe =
      run.model.router.isSparse && probed.count >= needed
      ? try Probe(probed, rows: Self.probeRows, length: run.model.segment, of: run.model) : nil
    self.initial = LanguageModel(converting: initial)
  }

  /// Evaluates a model; nil where its loss is not finite.
  package func callAsFunction(_ model: LanguageModel<Float>, step: Int, k: Int) throws -> TrainingEvaluation? {
    let evaluation = try Evaluation(model, on: part, workers: workers)
    guard let validation = try? evaluation(k: k) else { return nil }
    let mixtures = probe.map {
      MixtureMeasures.of(LanguageModel(converting: model), initial: initial, probe: $0, k: commonK)
    }
    return TrainingEvaluation(
      step: step, validation: validation, mixtures: mixtures?.map(\.measures) ?? [],
      firstChoices: mixtures?.map(\.firstChoices) ?? [])
  }
}

/// What a training had come to at one step, beside what it came to in the end.
package struct HistoryPoint: Codable, Described, Sendable {
  package static let words = "history_point: an evaluation on the way, at the k of the training at that step"
  /// As in the ``TrainingEvaluation``.
  package let step: Int
  package let validation: EvaluationResult
  package let mixtures: [MixtureMeasures]
  /// How much of the routing was already the final one, by layer.
  package let saturation: [Saturation]

  /// Puts all evaluations of one training, by ascending step, beside the last of them.
  package static func history(of evaluations: [TrainingEvaluation]) -> [HistoryPoint] {
    guard let final = evaluations.last?.firstChoices else { return [] }
    return evaluations.map { evaluation in
      HistoryPoint(
        step: evaluation.step, validation: evaluation.validation, mixtures: evaluation.mixtures,
        saturation: paired(evaluation.firstChoices, final).map { Saturation(of: $0, final: $1) })
    }
  }
}

/// How much of a routing was already what it ended as: the share of tokens whose first expert is the final one.
///
/// Source: the router saturation of Muennighoff and others, 2024, for first choices.
package struct Saturation: Codable, Described, Equatable, Sendable {
  package static let words = "saturation: the share of tokens whose first expert in a layer is already the final one"
  /// From 0 to 1; 1 for the final routing itself.
  package let share: Double
  /// What two unrelated routings with the same loads would share: Σ_i p_i q_i.
  package let chanceBaseline: Double

  package init(of choices: [Int], final: [Int]) {
    precondition(
      choices.count == final.count && !final.isEmpty, "Saturation: \(choices.count) tokens, finally \(final.count)")
    let tokens = Double(final.count)
    func loads(_ choices: [Int]) -> [Int: Double] {
      choices.reduce(into: [:]) { $0[$1, default: 0] += 1 / tokens }
    }
    let (now, later) = (loads(choices), loads(final))
    share = Double(zip(choices, final).count { $0 == $1 }) / tokens
    chanceBaseline = now.keys.sorted().reduce(0) { $0 + now[$1, default: 0] * later[$1, default: 0] }
  }
}
