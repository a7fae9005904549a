import Layers
import LinearAlgebra
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import Jacobian

@Suite("Jacobian, claim 5: HyperRouter's step beside SMoE's")
struct JacobianGeneratedStepTests {
  @Test(
    "Claim 5: HyperRouter's step of (W_r, b_r) is −η J Jᵀ times SMoE's gradient, never against SMoE's, three ways",
    arguments: GateOrder.allCases, [2, experts])
  func step(_ gate: GateOrder, _ k: Int) throws {
    for seed: UInt64 in 1...4 {
      let (flow, step) = try generated(gate, k, seed: seed)
      let own = flow.ways()
      let results = step.results(router: "hyperrouter", setting: ClaimSetting(), own)
      #expect(results.map(\.holds) == [true, true, true, true])
      #expect(results.allSatisfy { $0.claim == 5 } && results.map(\.findings.count) == [3, 3, 3, 1])
      // By hand: SMoE's gradient as the plain sum over tokens, b_r's in the last column.
      let g = flow.generated.reshaped([experts * (width + 1), 1])
      let JJg = step.J.matrixProduct(step.J.transposed(0, 1).matrixProduct(g))
      let rate = step.rate(for: own.autodiff[0])
      let moved = step.step(along: own.autodiff[0], rate: rate)
      #expect(disagreement(moved, JJg.scaled(by: -rate)) < 1e-10 && moved.largestMagnitude > 0)
      let product = JJg.dot(g)
      #expect(product > 0 && abs(product / own.autodiff[0].sumOfSquares() - 1) < 1e-12)
      let cosine = product / (JJg.norm * g.norm)
      for finding in results[2].findings { #expect(abs(finding.value - cosine) < 1e-8) }
      #expect(results[2].levels.map(\.way) == ["√(r/P)", "√(1/P)"])
    }
  }

  @Test("Claim 5: J Jᵀ is the map of the step for any gradient, and has no negative direction; −J Jᵀ would be seen")
  func semidefinite() throws {
    let (flow, step) = try generated(.softmaxThenTopK, 2, seed: 1)
    let rows = experts * (width + 1)
    for seed: UInt64 in 1...20 {
      let g: Tensor<Double> = sample([rows, 1], seed: seed)
      let pulled = step.J.transposed(0, 1).matrixProduct(g)
      let e = pulled.reshaped([embeddingWidth])
      let moved = step.step(along: e, rate: step.rate(for: e))
      #expect(moved.dot(g) < 0, "a descent step descends for SMoE's gradient, too")
      #expect(disagreement(moved, step.J.matrixProduct(pulled).scaled(by: -step.rate(for: e))) < 1e-10)
    }
    // A step in the wrong direction refutes all three statements about it.
    let honest = flow.ways()
    let wrong = GradientFlow.Ways(
      closedForm: honest.closedForm.map { -$0 }, autodiff: honest.autodiff.map { -$0 },
      differences: honest.differences.map { -$0 }, errors: honest.errors)
    #expect(step.results(router: "", setting: ClaimSetting(), wrong).map(\.holds) == [false, false, false, true])
    // Beyond the region the step is not J Jᵀ's any more.
    let far = step.rate(for: honest.autodiff[0]) * 1e4
    let g = flow.generated.reshaped([rows, 1])
    let JJg = step.J.matrixProduct(step.J.transposed(0, 1).matrixProduct(g))
    #expect(disagreement(step.step(along: honest.autodiff[0], rate: far), JJg.scaled(by: -far)) > 1e-3)
  }

  @Test("Claim 5: errors of ∂L/∂e in m and of SMoE's gradient in N(d+1) entries, at their worst, are in a step's error")
  func errors() throws {
    let (flow, step) = try generated(.softmaxThenTopK, 2, seed: 1)
    let (tokens, own) = (flow.tokens, flow.ways())
    let twin = GradientFlow(
      RoutedTokens(tokens.h, through: tokens.smoeTwin, k: 2), upstream: flow.upstream
    ).ways()
    #expect(own.errors.count == 1 && twin.errors.count == 2)
    let rate = step.rate(for: own.closedForm[0])
    let norm = step.J.sumOfSquares().squareRoot()
    let (m, P) = (Double(embeddingWidth), Double(experts * (width + 1)))
    let (ofE, ofRows) = (own.errors[0], max(twin.errors[0], twin.errors[1]))
    #expect(ofE > 0 && ofRows > 0)
    let error = rate * (norm * m.squareRoot() * ofE + norm * norm * P.squareRoot() * ofRows)
    let g = Tensor.concatenated(
      [twin.differences[0], twin.differences[1].reshaped([experts, 1])], axis: 1
    ).reshaped([experts * (width + 1), 1])
    let size = max(
      step.step(along: own.differences[0], rate: rate).largestMagnitude,
      step.J.matrixProduct(step.J.transposed(0, 1).matrixProduct(g)).largestMagnitude * rate)
    let results = step.results(router: "", setting: ClaimSetting(), own)
    #expect(results[0].findings.map(\.way) == ["closed form", "autodiff", "differences"])
    #expect(results[0].findings.prefix(2).allSatisfy { $0.resolution == 0 })
    #expect(mismatch([results[0].findings[2].resolution], [error / size], relative: 1e-9) == nil)
    let square = rate * rate * own.differences[0].sumOfSquares()
    let ofProduct = error * rate * g.norm * P.squareRoot() / square
    #expect(mismatch([results[1].findings[2].resolution], [ofProduct], relative: 1e-9) == nil)
  }

  @Test(
    "Claim 5: for an unrelated gradient the cosine is √(r/N(d+1)), r = (Σσ²)²/Σσ⁴ ≤ m, far above chance",
    arguments: [2, 8, 32])
  func level(_ m: Int) throws {
    let initializer = Initializer<Double>(seed: 5)
    let (N, d) = (8, 64)
    let router = HyperRouter<Double>(
      "router", RouterSizes(width: d, experts: N, embeddingWidth: m), initializer: initializer)
    let layer = MoELayer<Double>(
      router: router, gate: .softmaxThenTopK,
      experts: Experts("experts", experts: N, width: d, hidden: 4, dropout: 0, initializer: initializer))
    let tokens = RoutedTokens(sample([4, d], seed: 1), through: layer, k: 2)
    let step = try #require(GeneratedStep(GradientFlow(tokens, upstream: sample([4, d], seed: 2))))
    let numbers = N * (d + 1)
    let cosines = (0..<200).map { seed in
      let g: Tensor<Double> = sample([numbers, 1], seed: UInt64(seed))
      return step.J.matrixProduct(step.J.transposed(0, 1).matrixProduct(g)).cosineSimilarity(to: g)
    }
    let mean = cosines.reduce(0, +) / 200
    #expect(cosines.allSatisfy { $0 > 0 })
    #expect(abs(mean / step.unrelatedCosine - 1) < 0.15, "\(mean) and \(step.unrelatedCosine)")
    #expect(step.unrelatedCosine <= (Double(m) / Double(numbers)).squareRoot())
    let random = (0..<200).map { seed in
      let (a, b): (Tensor<Double>, Tensor<Double>) = (
        sample([numbers], seed: UInt64(1000 + seed)), sample([numbers], seed: UInt64(2000 + seed))
      )
      return a.cosineSimilarity(to: b)
    }
    let deviation = (random.reduce(0) { $0 + $1 * $1 } / 200).squareRoot()
    #expect(abs(deviation * Double(numbers).squareRoot() - 1) < 0.2, "1/√N(d+1) for two random directions")
  }

  private func generated(
    _ gate: GateOrder, _ k: Int, seed: UInt64
  ) throws -> (flow: GradientFlow, step: GeneratedStep) {
    let tokens = JacobianCase(router: "hyperrouter", gate: gate, k: k).tokens(10, thin: 0, seed: seed)
    let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
    return (flow, try #require(GeneratedStep(flow)))
  }
}
