import Autograd
import Foundation
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Balanced router")
struct SMoEBalancedRouterTests {
  private func sizes(_ coefficient: Double?) -> RouterSizes {
    var sizes = RouterSizes(width: width, experts: experts)
    sizes.balanceCoefficient = coefficient
    return sizes
  }

  private func router(_ coefficient: Double? = 0.3) -> SMoEBalancedRouter<Double> {
    SMoEBalancedRouter("router", sizes(coefficient), initializer: initializer)
  }

  private func chosen(_ logits: Tensor<Double>, k: Int) -> TokenAssignment {
    TokenAssignment(selection: logits.topK(k), k: k, experts: experts)
  }

  /// s and f, by loops.
  private func shares(_ logits: Tensor<Double>, k: Int) -> (s: [[Double]], f: [Double]) {
    let choices = Double(logits.shape[0] * k)
    let f = (0..<experts).map { expert in Double(logits.topK(k).count { $0 == Int32(expert) }) / choices }
    return (probabilities(logits), f)
  }

  @Test("The balancing loss is α·N·Σ f_i·P_i, by loops", arguments: 1...3)
  func definition(_ k: Int) throws {
    let logits: Tensor<Double> = sample([7, experts], seed: 4)
    let (s, f) = shares(logits, k: k)
    var expected = 0.0
    for expert in 0..<experts { expected += f[expert] * s.reduce(0) { $0 + $1[expert] } / 7 }
    let found = try #require(router().auxiliaryLoss(Tape.evaluating().constant(logits), chosen(logits, k: k)))
    #expect(found.value.count == 1)
    #expect(abs(found.value.scalar - 0.3 * Double(experts) * expected) < 1e-14)
    #expect(Set(f).count > 1 || k == experts, "unequal loads")
  }

  @Test("Its gradient flows through P alone, f being counted: ∂/∂logit_tj = α·N/n·Σ_i f_i·s_ti·(δ_ij − s_tj)")
  func gradient() throws {
    let logits: Tensor<Double> = sample([7, experts], seed: 4)
    let (s, f) = shares(logits, k: 2)
    let recorded = JacobianTape<Double>()
    let variable = recorded.tape.variable(logits)
    let loss = try #require(router().auxiliaryLoss(variable, chosen(logits, k: 2)))
    let found = recorded.vectorJacobianProduct(of: loss, upstream: Tensor(1), withRespectTo: [variable])[0]
    for token in 0..<7 {
      for j in 0..<experts {
        let sum = (0..<experts).reduce(0) { $0 + f[$1] * s[token][$1] * (($1 == j ? 1 : 0) - s[token][j]) }
        #expect(abs(found[token, j] - 0.3 * Double(experts) / 7 * sum) < 1e-14)
      }
    }
    // No token may pull towards a crowded expert: a step down the gradient lowers the loss at these counts.
    let moved = logits - 0.1 * found
    let lower = try #require(router().auxiliaryLoss(Tape.evaluating().constant(moved), chosen(logits, k: 2)))
    #expect(lower.value.scalar < loss.value.scalar)
  }

  @Test("Equal loads cost α, one expert for all tokens α·N, and α is 0.01 unless given")
  func limits() throws {
    let tape = Tape<Double>.evaluating()
    func loss(_ router: SMoEBalancedRouter<Double>, _ logits: Tensor<Double>, k: Int) throws -> Double {
      try #require(router.auxiliaryLoss(tape.constant(logits), chosen(logits, k: k))).value.scalar
    }
    // Each of three tokens prefers an expert of its own, with the same s.
    let even = Tensor<Double>([3, 3], [2, 0, 1, 1, 2, 0, 0, 1, 2])
    #expect(abs(try loss(router(), even, k: 1) - 0.3) < 1e-15)
    #expect(abs(try loss(router(), even, k: 3) - 0.3) < 1e-15)
    let crowded = Tensor<Double>([2, 3], [0, 900, 0, 0, 900, 0])
    #expect(abs(try loss(router(), crowded, k: 1) - 0.9) < 1e-15)
    #expect(abs(try loss(router(nil), even, k: 1) - 0.01) < 1e-15)
    #expect(try loss(router(0), crowded, k: 1) == 0)
  }
}
