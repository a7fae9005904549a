import Autograd
import Foundation
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Cosine router")
struct CosineRouterTests {
  private let sizes = RouterSizes(width: 7, experts: 8)
  private var router: CosineRouter<Double> {
    CosineRouter("router", sizes, initializer: Initializer(seed: 1)).randomized(seed: 2)
  }

  private func logits<S: Real>(_ router: CosineRouter<S>, _ h: Tensor<S>) -> Tensor<S> {
    router.logits(Tape.evaluating().constant(h)).value
  }

  @Test("Logits are exp(t) times the cosine of P h and e_j, by loops")
  func definition() {
    let router = router
    let h: Tensor<Double> = sample([5, 7], seed: 3)
    let (P, e) = (router.projection.value, router.directions.value)
    #expect(P.shape == [4, 7] && e.shape == [8, 4])
    let found = logits(router, h)
    #expect(found.shape == [5, 8])
    for token in 0..<5 {
      let projected = (0..<4).map { row in (0..<7).reduce(0) { $0 + P[row, $1] * h[token, $1] } }
      let length = projected.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for j in 0..<8 {
        let product = (0..<4).reduce(0) { $0 + projected[$1] * e[j, $1] }
        let size = (0..<4).reduce(0) { $0 + e[j, $1] * e[j, $1] }.squareRoot()
        let expected = Foundation.exp(router.logScale.value[0]) * product / (length * size)
        #expect(abs(found[token, j] - expected) < 1e-11)
      }
    }
  }

  @Test("Lengths decide nothing: longer tokens and longer directions have the same logits, of at most 1/τ")
  func lengths() {
    let router = router
    let h: Tensor<Double> = sample([5, 7], seed: 3)
    let before = logits(router, h)
    #expect(mismatch(logits(router, 1000 * h).scalars, before.scalars, absolute: 1e-9) == nil)
    router.directions.value = 1000 * router.directions.value
    #expect(mismatch(logits(router, h).scalars, before.scalars, absolute: 1e-9) == nil)
    let bound = Foundation.exp(router.logScale.value[0])
    #expect(
      before.scalars.allSatisfy { abs($0) <= bound * (1 + 1e-12) } && before.scalars.contains { abs($0) > bound / 2 })
  }

  @Test("A token of zeros scores zero with every expert, and its gradients are finite, in Float too")
  func zeros() {
    func check<S: Real>(_: S.Type) {
      let router = CosineRouter<S>("router", sizes, initializer: Initializer(seed: 1))
      let recorded = JacobianTape<S>()
      let h = Tensor<S>.zeros([2, 7])
      let scores = router.logits(recorded.tape.constant(h))
      #expect(scores.value.scalars.allSatisfy { $0 == 0 })
      let gradients = recorded.vectorJacobianProduct(
        of: scores, upstream: Tensor([2, 8], repeating: 1), withRespectTo: router.parameters.map { recorded.tape($0) })
      #expect(gradients.allSatisfy { $0.isFinite })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test("It begins at τ = 0.07 and trains projection, directions and temperature: not a linear router")
  func facts() throws {
    let router = CosineRouter<Double>("router", sizes, initializer: Initializer(seed: 1))
    #expect(abs(Foundation.exp(-router.logScale.value[0]) - 0.07) < 1e-15)
    #expect(router.trainableCount == 4 * 7 + 8 * 4 + 1 && router.frozen.isEmpty)
    let some: any Router<Double> = router
    #expect(!(some is any LinearRouter<Double>))
    let facts = try #require(RouterKind.cosine.facts)
    #expect(facts.multiplyAddsPerToken(sizes) == 4 * 7 + 8 * 4)
    #expect(CosineRouter<Float>.projectedWidth(RouterSizes(width: 64, experts: 3)) == 2, "two at least")
    #expect(CosineRouter<Float>.projectedWidth(RouterSizes(width: 6, experts: 64)) == 6, "d at most")
  }
}
