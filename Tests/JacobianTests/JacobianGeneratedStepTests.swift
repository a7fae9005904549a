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
      let results = step.results(ClaimSetting(), own)
      #expect(results.map(\.holds) == [true, true, true, true])
      #expect(results.allSatisfy { $0.claim == .entanglement } && results.map(\.findings.count) == [3, 3, 3, 1])
      // By hand: SMoE's gradient as the plain sum over tokens, b_r's in the last column.
      let g = flow.generated.reshaped([experts * (width + 1), 1])
      let JJg = JJ(step, g)
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
    let wrong = ThreeWays(
      closedForm: honest.closedForm.map { -$0 }, autodiff: honest.autodiff.map { -$0 },
      differences: honest.differences.map { -$0 }, errors: honest.errors)
    #expect(step.results(ClaimSetting(), wrong).map(\.holds) == [false, false, false, true])
    // Beyond the region the step is not J Jᵀ's any more.
    let far = step.rate(for: honest.autodiff[0]) * 1e4
    let g = flow.generated.reshaped([rows, 1])
    #expect(disagreement(step.step(along: honest.autodiff[0], rate: far), JJ(step, g).scaled(by: -far)) > 1e-3)
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
      JJ(step, g).largestMagnitude * rate)
    let results = step.results(ClaimSetting(), own)
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
      return JJ(step, g).cosineSimilarity(to: g)
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

  private func JJ(_ step: GeneratedStep, _ g: Tensor<Double>) -> Tensor<Double> {
    step.J.matrixProduct(step.J.transposed(0, 1).matrixProduct(g))
  }

  private func generated(
    _ gate: GateOrder, _ k: Int, seed: UInt64
  ) throws -> (flow: GradientFlow, step: GeneratedStep) {
    let tokens = JacobianCase(router: "hyperrouter", gate: gate, k: k).tokens(10, thin: 0, seed: seed)
    let flow = GradientFlow(tokens, upstream: sample([tokens.count, width], seed: 2))
    return (flow, try #require(GeneratedStep(flow)))
  }
}

@Suite("Claim 5: the cosine of HyperRouter's step with SMoE's, against m")
struct JacobianStepCosineTests {
  private func curve(_ m: [Int], experts: Int = 8, width: Int = 64, k: Int) -> StepCosineCurve {
    StepCosineCurve(
      embeddingWidths: m, sizes: CurveSizes(experts: experts, modelWidth: width, hypernetworkWidth: 256),
      gate: .softmaxThenTopK, k: k, workers: Workers(count: 2))
  }

  @Test(
    "It follows √(m/N(d+1)) while m is small, and for every m the law of products of random matrices",
    arguments: [(8, 64, [1, 2, 4, 8, 16, 32, 64, 128]), (4, 128, [1, 8, 64])])
  func law(experts: Int, width: Int, m: [Int]) throws {
    // Half of all experts are chosen, so that the choice says nothing of W_r's size.
    let curve = curve(m, experts: experts, width: width, k: experts / 2)
    #expect(curve.numbers == experts * (width + 1) && curve.points.map(\.embeddingWidth) == m)
    for point in curve.points {
      #expect(point.draws == 256)
      // 64 networks, of each m directions: three standard deviations of the root of a mean of 64 m squares.
      let tolerance = 0.03 + 3 * (1 / (2 * 64 * Double(point.embeddingWidth))).squareRoot()
      let text = "m = \(point.embeddingWidth): \(point.cosine), \(point.law), \(point.lawOfProducts)"
      #expect(abs(point.cosine / point.lawOfProducts - 1) < tolerance, "\(text)")
      if point.embeddingWidth <= 8 { #expect(abs(point.cosine / point.law - 1) < tolerance + 0.03, "\(text)") }
      // The law that forgets what products take away is refuted at large m.
      if point.embeddingWidth >= 64 { #expect(point.cosine < 0.85 * point.law, "\(text)") }
    }
  }

  @Test("With two of eight experts chosen and m = 1 the choice shows: the cosine is larger than by the law")
  func choice() throws {
    let (chosen, half) = (curve([1], k: 2).points[0], curve([1], k: 4).points[0])
    #expect(chosen.cosine > 1.2 * chosen.law && chosen.cosine > 1.15 * half.cosine, "\(chosen) \(half)")
  }

  @Test("Every m is a result beside both laws, and none is called a theorem")
  func results() {
    let curve = StepCosineCurve(
      embeddingWidths: [2, 4], sizes: CurveSizes(experts: 3, modelWidth: 8, hypernetworkWidth: 16),
      gate: .topKThenSoftmax, k: 2, workers: Workers(count: 1))
    let results = curve.results
    #expect(
      results.map(\.claim) == [.entanglement, .entanglement]
        && results.allSatisfy { $0.holds == nil && $0.levels.count == 2 })
    #expect(results.map(\.measured) == curve.points.map(\.cosine))
  }
}
