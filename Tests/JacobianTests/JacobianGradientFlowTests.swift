import Autograd
import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, claim 7: where the gradient goes")
struct JacobianGradientFlowTests {
  @Test(
    "Claim 7: HyperRouter's only gradient is (∂vec(W_r, b_r)/∂e)ᵀ vec(∂L/∂W_r, ∂L/∂b_r), three ways",
    arguments: GateOrder.allCases, [1, 2, experts])
  func embedding(_ gate: GateOrder, _ k: Int) {
    let flow = flow("hyperrouter", gate, k)
    #expect(flow.autodiff.count == 1 && flow.autodiff[0].shape == [embeddingWidth])
    expectThreeWays(flow, isSilent: gate == .topKThenSoftmax && k == 1)
  }

  private func expectThreeWays(_ flow: GradientFlow, isSilent: Bool) {
    #expect(disagreement(flow.closedForm, flow.autodiff) < 1e-12)
    #expect(disagreement(flow.autodiff, flow.ways().differences) < 1e-8)
    #expect(flow.autodiff.allSatisfy { $0.scalars.allSatisfy { isSilent ? $0 == 0 : $0 != 0 } }, "zeros prove little")
    #expect(flow.results(ClaimSetting(), flow.ways()).map(\.holds) == [true])
  }

  @Test("Claim 7: b_r's part of ∂L/∂e is not small; without it the formula is wrong", arguments: GateOrder.allCases)
  func bias(_ gate: GateOrder) throws {
    let flow = flow("hyperrouter", gate, 2)
    let router = try #require(flow.tokens.layer.router as? HyperRouter<Double>)
    let J = router.hypernetwork.derivative(at: router.embedding.value).jacobian
    let mask = Tensor([1, width + 1], (0...width).map { $0 == width ? 0.0 : 1 })
    let withoutBias = (flow.generated * mask).reshaped([1, experts * (width + 1)]).matrixProduct(J)
      .reshaped([embeddingWidth])
    #expect(disagreement(withoutBias, flow.autodiff[0]) > 1e-2)
    let expected = flow.tokens.coefficients(flow.upstream).sum(axis: 0)
    #expect(mismatch(flow.generated.sliced(1, width..<width + 1).scalars, expected.scalars, absolute: 1e-12) == nil)
  }

  @Test(
    "Claim 5: ∂L/∂w_j is the sum of c_j(h) h over tokens, three ways", arguments: GateOrder.allCases, [1, 2, experts])
  func rows(_ gate: GateOrder, _ k: Int) {
    expectThreeWays(flow("smoe", gate, k), isSilent: gate == .topKThenSoftmax && k == 1)
  }

  @Test("Claim 7: the routers train N(d+1), 0 and m numbers")
  func counts() {
    let expected = ["smoe": experts * (width + 1), "smoe-dropout": 0, "hyperrouter": embeddingWidth]
    for router in JacobianCase.routers {
      let flow = flow(router, .softmaxThenTopK, 2)
      #expect(flow.tokens.layer.router.trainableCount == expected[router])
      #expect(flow.expectedTrainableCount == expected[router])
      let results =
        flow.results(ClaimSetting(), flow.ways()) + [flow.trainableCount]
      #expect(results.allSatisfy { $0.holds == true })
    }
  }

  @Test("∂vec(W_r, b_r)/∂e in closed form is the tape's, at every depth of 𝓗", arguments: [2, 3, 4])
  func hypernetwork(_ depth: Int) {
    let network = Hypernetwork<Double>(
      "h", RouterSizes(width: 1, experts: 1, embeddingWidth: 4, hypernetworkWidth: 6, hypernetworkDepth: depth),
      outputs: 8,
      initializer: .init(seed: 1))
    for (index, weight) in network.frozen.enumerated() {
      weight.restore(sample(weight.value.shape, seed: UInt64(index), scale: 0.7))
    }
    let e: Tensor<Double> = sample([4], seed: 9)
    let recorded = JacobianTape<Double>()
    let input = recorded.tape.variable(e.reshaped([1, 4]))
    let tape = recorded.jacobian(of: network(input), withRespectTo: input)
    let derivative = network.derivative(at: e)
    #expect(disagreement(derivative.jacobian, tape) < 1e-13)
    let differences = CentralDifferences.jacobian(at: e.reshaped([1, 4]), step: derivative.radius / 2) {
      network(Tape<Double>.evaluating().constant($0)).value
    }
    #expect(disagreement(tape, differences) < 1e-8)
    #expect(SingularValues(of: tape).numericalRank() == min(4, derivative.rankBound))
  }

  private func flow(_ router: String, _ gate: GateOrder, _ k: Int) -> GradientFlow {
    let tokens = JacobianCase(router: router, gate: gate, k: k).tokens(10, thin: 0)
    return GradientFlow(tokens, upstream: sample([10, width], seed: 2))
  }
}
