import Autograd
import MixtureOfExperts
import Tensors
import Testing

@testable import TransformerXL

@Suite("What routers add to the loss")
struct AuxiliaryLossTests {
  private func output(
    _ router: RouterKind, norm: NormPlacement = .post, coefficient: Double? = nil, random: Random?
  ) -> LanguageModel<Double>.Output {
    var configuration = smallConfiguration(router, norm: norm)
    configuration.balanceCoefficient = coefficient
    let model = LanguageModel<Double>(lively: configuration, seed: 5)
    return model(randomTokens(6), batch: 2, state: .empty, k: 2, random: random, on: .evaluating())
  }

  @Test("A model's balancing loss is the sum of its layers' α·N·Σ f_i·P_i", arguments: NormPlacement.allCases)
  func sum(norm: NormPlacement) throws {
    for (given, alpha) in [(nil, 0.01), (0.5, 0.5)] as [(Double?, Double)] {
      let found = output(.smoeBalanced, norm: norm, coefficient: given, random: Random(seed: 1))
      let terms = found.routing.map { record in
        let s = record.probabilities
        return (0..<3).reduce(0) { sum, expert in
          let f = Double(record.selection.count { $0 == Int32(expert) }) / 12
          return sum + alpha * 3 * f * (0..<6).reduce(0) { $0 + s[$1, expert] } / 6
        }
      }
      #expect(terms.count == 2 && terms[0] != terms[1])
      #expect(abs(try #require(found.auxiliaryLoss).value.scalar - terms.reduce(0, +)) < 1e-15)
    }
  }

  @Test("Nothing is added in evaluation, nor by routers without a balancing loss", arguments: RouterKind.allCases)
  func none(router: RouterKind) {
    #expect(output(router, random: nil).auxiliaryLoss == nil)
    let isAdded = output(router, random: Random(seed: 1)).auxiliaryLoss != nil
    #expect(isAdded == (router.facts?.hasBalancingLoss ?? false))
  }
}
