import Hosts
import Corpora
import Foundation
import MixtureOfExperts

@testable import Experiments
@testable import Jacobian
@testable import Training

extension RouterResult {
  /// A run with these bits on the test part at k = 1, 2, 4, 8, others on the validation part, and some entropy.
  init(
    _ variant: String, _ seed: UInt64, test: [Double], validation: [Double]? = nil, entropy: [Double] = [1, 1, 1, 1],
    mixtures: [MixtureMeasures] = []
  ) {
    func results(_ bits: [Double]) -> [EvaluationResult] {
      zip([1, 2, 4, 8], zip(bits, entropy)).map { k, numbers in
        EvaluationResult(
          k: k, loss: numbers.0 * M_LN2, symbols: 1, entropyPerLayer: [numbers.1 - 0.25, numbers.1 + 0.25],
          loadPerLayer: [], classInformationPerLayer: nil, recallBits: nil)
      }
    }
    self.init(
      .smoe, variant: variant, seed: seed, evaluation: results(validation ?? test), test: results(test),
      mixtures: mixtures)
    lastK = 2
  }
}

extension FinishedRuns {
  /// Finished runs of a small model.
  init(_ results: [RouterResult], data: String = "text", model: (inout Configuration) -> Void = { _ in }) throws {
    var run = try sampleRun(.smoe)
    run.data = data
    model(&run.model)
    self.init(results.map { (run, $0) }, on: nil)
  }
}

/// A run of a small model: N = 8, d = 16.
func sampleRun(_ router: RouterKind) throws -> RunConfiguration {
  let vocabulary = try Vocabulary(of: Array("abc".utf8), tokenization: .bytes)
  let model = Configuration(
    vocabulary: vocabulary.count, layers: 2, modelWidth: 16, heads: 2, headWidth: 8, expertWidth: 8, experts: 8,
    segment: 8, memory: 8, router: router)
  return RunConfiguration(
    data: "text", tokens: .bytes, model: model,
    training: TrainingOptions(
      batch: 2, steps: 10, learningRate: LearningRateSchedule(peak: 1e-3), kSchedule: KSchedule(.constant, 2, 2),
      seed: 1,
      shards: 1),
    vocabulary: vocabulary)
}
