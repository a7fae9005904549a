import Autograd
import Benchmarks
import MixtureOfExperts
import Optimisation
import Tensors
import Testing
import Training
import TransformerXL

struct StepPartTests {
  @Test("every operation of a model is timed forward and backward and belongs to a part of the step")
  func parts() throws {
    var configuration = Configuration(
      vocabulary: 11, layers: 1, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 16, experts: 4, segment: 6,
      memory: 6, router: .hyperRouter)
    configuration.dropout = 0.1
    let options = TrainingOptions(
      batch: 2, steps: 10, learningRate: LearningRateSchedule(peak: 1e-3), kSchedule: KSchedule(.constant, 2, 2),
      seed: 1, shards: 2)
    let trainer = try Trainer(
      LanguageModel<Float>(configuration, seed: 1), options, symbols: (0..<200).map { Int32($0 % 11) }, workers: .one)
    let times = OperationTimes()
    for _ in 0..<2 { _ = try trainer.step(times: times) }
    #expect(times.seconds[OperationTimes.Label("groupedAffine", weight: "layers.0.feedForward.experts.weight1")] != nil)
    #expect(times.seconds.values.contains { $0.backward > 0 })
    let fractions = StepPart.fractions(of: times)
    #expect(abs(fractions.values.reduce(0, +) - 1) < 1e-9)
    for part in StepPart.allCases { #expect(fractions[part, default: 0] > 0, "\(part)") }
  }

  @Test("where nothing was timed, no part has a share, rather than none that is a number")
  func nothing() {
    let fractions = StepPart.fractions(of: OperationTimes())
    #expect(fractions.count == StepPart.allCases.count && fractions.values.allSatisfy { $0 == 0 })
  }
}
