import MixtureOfExperts
import Hosts
import Testing

@testable import Experiments
@testable import Jacobian
@testable import Training

@Suite("Saturation of routing")
struct SaturationTests {
  @Test("counts the tokens that already have their final expert, beside what loads alone would share")
  func share() {
    let found = Saturation(of: [0, 0, 1, 2, 2, 2], final: [0, 1, 1, 2, 0, 2])
    #expect(found.share == 4.0 / 6)
    // Loads 2, 1, 3 of 6 at first and 2, 2, 2 in the end.
    #expect(abs(found.chanceBaseline - (2 * 2 + 1 * 2 + 3 * 2) / 36.0) < 1e-15)
    #expect(Saturation(of: [3, 3], final: [3, 3]) == Saturation(of: [5, 5], final: [5, 5]))
  }

  @Test("A history is compared with its last evaluation, neither with the first nor with the next")
  func history() throws {
    let evaluations = [[0, 1, 2, 3], [0, 0, 2, 2], [1, 0, 0, 3]].enumerated().map { step, choices in
      TrainingEvaluation(
        step: step,
        validation: EvaluationResult(
          k: 2, loss: 1, symbols: 1, entropyPerLayer: [], loadPerLayer: [], classInformationPerLayer: nil,
          recallBits: nil), mixtures: [], firstChoices: [choices, choices.reversed()])
    }
    let points = HistoryPoint.history(of: evaluations)
    #expect(points.map(\.step) == [0, 1, 2])
    #expect(points.map { $0.saturation.map(\.share) } == [[0.25, 0.25], [0.25, 0.25], [1, 1]])
    #expect(HistoryPoint.history(of: []).isEmpty)
  }
}
