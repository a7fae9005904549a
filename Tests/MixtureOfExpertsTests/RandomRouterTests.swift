import Autograd
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Random router")
struct RandomRouterTests {
  private let experts = 5
  private let router = RandomRouter<Double>("layers.0.router", experts: 5)

  private func gates(
    _ tokens: Int, k: Int, _ random: Random?, order: GateOrder = .softmaxThenTopK,
    of router: RandomRouter<Double>? = nil
  ) -> Gates<Double> {
    let router = router ?? self.router
    let h = Tape<Double>.evaluating().constant(sample([tokens, 3], seed: 1))
    return router.gates(router.logits(h), order: order, k: k, random: random)
  }

  private func choices(_ tokens: Int, k: Int, _ random: Random?) -> [[Int32]] {
    let selection = gates(tokens, k: k, random).selection
    return (0..<tokens).map { Array(selection[$0 * k..<($0 + 1) * k]) }
  }

  @Test("Every token has k different experts, in training and in evaluation", arguments: 1...5)
  func distinct(_ k: Int) {
    for random in [Random(seed: 3), nil] {
      for choice in choices(200, k: k, random) {
        #expect(Set(choice).count == k && choice.allSatisfy { (0..<5).contains($0) })
      }
    }
  }

  @Test("Every set of k experts is as likely as any other")
  func uniform() {
    for random in [Random(seed: 3), nil] {
      var counts: [Set<Int32>: Int] = [:]
      for choice in choices(10_000, k: 2, random) { counts[Set(choice), default: 0] += 1 }
      // Ten pairs, a thousand each: five standard deviations of a binomial count are 150.
      #expect(counts.count == 10 && counts.values.allSatisfy { abs($0 - 1000) < 150 })
    }
  }

  @Test("No expert is preferred: logits of 0, s = 1/N, and weights of 1/N or 1/k")
  func weights() {
    let h = Tape<Double>.evaluating().constant(sample([4, 3], seed: 1))
    #expect(router.logits(h).value == .zeros([4, 5]))
    for k in 1...5 {
      let (paper, release) = (gates(4, k: k, nil), gates(4, k: k, nil, order: .topKThenSoftmax))
      #expect(mismatch(paper.weights.value.scalars, Array(repeating: 1 / 5, count: 4 * k), absolute: 1e-15) == nil)
      let equal = Array(repeating: 1 / Double(k), count: 4 * k)
      #expect(mismatch(release.weights.value.scalars, equal, absolute: 1e-15) == nil)
    }
  }

  @Test("In training each call draws anew; in evaluation the layer and the token's place decide")
  func repeats() {
    let source = Random(seed: 3)
    #expect(choices(50, k: 2, source) == choices(50, k: 2, source))
    #expect(choices(50, k: 2, source) != choices(50, k: 2, Random(seed: 4)))
    #expect(choices(50, k: 2, source) != choices(50, k: 2, nil))
    // Neither the number of tokens nor k changes what a place draws first.
    #expect(choices(9, k: 2, nil) == Array(choices(50, k: 2, nil).prefix(9)))
    #expect(choices(9, k: 2, nil) == choices(9, k: 4, nil).map { Array($0.prefix(2)) })
    let other = RandomRouter<Double>("layers.1.router", experts: 5)
    #expect(gates(50, k: 2, nil, of: other).selection != gates(50, k: 2, nil).selection)
    let again = RandomRouter<Double>("layers.0.router", experts: 5)
    #expect(gates(50, k: 2, nil, of: again).selection == gates(50, k: 2, nil).selection)
  }
}
