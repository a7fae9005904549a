import Autograd
import Corpora
import Foundation
import RunFiles
import Layers
import MixtureOfExperts
import Tensors

@testable import Training
import Hosts

/// A run small enough to be repeated often: L 2, d 8, H 2, d_h 3, f 6, N 4, T 6, M 5, B 5, of which no shards are equal.
func smallRun(
  _ router: RouterKind = .hyperRouter, dropout: Double = 0, shards: Int = 2, steps: Int = 12, clip: Double = 0.25,
  learningRate: Double = 0.01, batch: Int = 5
) throws -> RunConfiguration {
  let vocabulary = try smallCorpus().vocabulary
  var model = Configuration(
    vocabulary: vocabulary.count, layers: 2, modelWidth: 8, heads: 2, headWidth: 3, expertWidth: 6, experts: 4,
    segment: 6, memory: 5, router: router)
  model.dropout = dropout
  model.attentionDropout = dropout / 2
  model.embeddingWidth = 3
  model.hypernetworkWidth = 7
  return RunConfiguration(
    data: DialectCorpus.name, tokens: .bytes, model: model,
    training: TrainingOptions(
      batch: batch, steps: steps, learningRate: LearningRateSchedule(peak: learningRate), clip: clip,
      kSchedule: KSchedule(.linearIncrease, 1, 4), seed: 3, shards: shards),
    vocabulary: vocabulary)
}

/// 20 lines of the built-in corpus; each of its held-out parts is one line.
func smallCorpus() throws -> Corpus { try Corpus(builtin: DialectCorpus(lines: 20)) }

extension RunConfiguration {
  /// A model with the run's initial weights.
  func model<S: Real>(_ scalar: S.Type = S.self) -> LanguageModel<S> {
    LanguageModel(model, seed: training.seed)
  }

  /// A model all of whose weights are large enough to matter.
  func livelyModel<S: Real>(_ scalar: S.Type = S.self) -> LanguageModel<S> {
    let model = model(scalar)
    var random = Random(seed: 9)
    for parameter in model.parameters {
      let mean: S = parameter.name.hasSuffix("gain") ? 1 : 0
      parameter.value = .normal(parameter.value.shape, mean: Double(mean), standardDeviation: 0.5, random: &random)
    }
    for weight in model.frozen {
      weight.restore(.normal(weight.value.shape, standardDeviation: 0.5, random: &random))
    }
    return model
  }

  /// How many symbols the trainer below reads.
  var trainingSymbols: Int { training.batch * 20 }

  /// A trainer on the beginning of the built-in corpus: three segments make a pass, so that steps soon wrap around.
  func trainer<S: Real>(
    _ model: LanguageModel<S>, workers: Int = 1, from state: TrainingState<S>? = nil
  ) throws -> Trainer<S> {
    let symbols = Array(try smallCorpus().splits.train.symbols.prefix(trainingSymbols))
    return try Trainer(model, training, symbols: symbols, workers: Workers(count: workers), from: state)
  }
}

/// The mean of some numbers.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// What is said of a file that cannot be read.
func problem(_ body: () throws -> Void) -> FileError? {
  do {
    try body()
    return nil
  } catch { return error as? FileError }
}

extension Trainer {
  /// Everything that a step may change, as text that is equal only for equal bits.
  var bits: [String] {
    let weights = model.weights.map { "\($0.name): \($0.value.scalars)" }
    let moments = state.optimiser.moments.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value.first.scalars) \($0.value.second.scalars)" }
    let memory = state.host.tensors.map { "\($0.shape) \($0.scalars)" }
    return weights + moments + memory + ["\(finishedSteps) \(state.optimiser.updates) \(recentLosses)"]
  }
}
