import Autograd
import Foundation
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Expert-choice router")
struct ExpertChoiceRouterTests {
  private let sizes = RouterSizes(width: width, experts: experts)
  private let inTraining = Random(seed: 1)

  private func router(seed: UInt64) -> ExpertChoiceRouter<Double> {
    ExpertChoiceRouter<Double>("router", sizes, initializer: initializer).randomized(seed: seed)
  }

  /// For each token the experts that take it, by definition: each sorts all tokens.
  private func taken(_ scores: [[Double]], each c: Int) -> [[Int]] {
    var experts = [[Int]](repeating: [], count: scores.count)
    for expert in scores[0].indices {
      let sorted = scores.indices.sorted {
        scores[$0][expert] != scores[$1][expert] ? scores[$0][expert] > scores[$1][expert] : $0 < $1
      }
      for token in sorted.prefix(c) { experts[token].append(expert) }
    }
    return experts
  }

  private func choices(_ assignment: TokenAssignment) -> [[Int]] {
    (0..<assignment.tokens).map { assignment.selection[assignment.choices(of: $0)].map { Int($0) } }
  }

  @Test(
    "In training every expert takes the c = max(1, ⌊n·k/N⌋) tokens with the largest s_ti, none of them twice",
    arguments: [(9, 1, 3), (9, 2, 6), (10, 2, 6), (4, 3, 4), (2, 1, 1), (1, 3, 1), (7, 1, 2)])
  func definition(n: Int, k: Int, c: Int) {
    let logits: Tensor<Double> = sample([n, experts], seed: 6, scale: 2)
    let found = ExpertChoiceRouter<Double>.taken(logits, k: k)
    #expect(choices(found) == taken(probabilities(logits), each: c))
    for expert in 0..<experts {
      let tokens = found.sources[found.rows(of: expert)]
      #expect(tokens.count == c && Set(tokens).count == c)
    }
  }

  @Test("Tokens compete by s, a softmax over experts: not by logits, nor by a softmax over tokens")
  func axis() {
    // A number added to all logits of a token changes nothing.
    let logits: Tensor<Double> = sample([9, experts], seed: 6, scale: 2)
    let shifts: Tensor<Double> = sample([9, 1], seed: 7, scale: 4)
    let found = choices(ExpertChoiceRouter<Double>.taken(logits, k: 1))
    #expect(choices(ExpertChoiceRouter<Double>.taken(logits + shifts.broadcast(to: [9, experts]), k: 1)) == found)
    // These differ from what logits, and so a softmax over tokens, which keeps their order, would choose.
    let rows = (0..<9).map { token in (0..<experts).map { logits[token, $0] } }
    #expect(taken(rows, each: 3) != found)
  }

  @Test("Of equal tokens the lower is taken; a token may have all experts, or none")
  func ties() {
    let equal = ExpertChoiceRouter<Double>.taken(.zeros([4, 3]), k: 1)
    #expect(choices(equal) == [[0, 1, 2], [], [], []])
    let some = ExpertChoiceRouter<Double>.taken(.zeros([6, 3]), k: 1)
    #expect(choices(some) == [[0, 1, 2], [0, 1, 2], [], [], [], []])
  }

  @Test(
    "The layer in training, by loops: gates s_ti, or a softmax over the experts that took the token", arguments: 1...2)
  func layer(_ k: Int) {
    let n = 6
    let h: Tensor<Double> = sample([n, width], seed: 8)
    for gate in GateOrder.allCases {
      let layer = MoELayer<Double>(
        router: router(seed: 9), gate: gate, experts: moeLayer(hyperRouterCase, gate, seed: 10).experts)
      let found = layer(Tape.evaluating().constant(h), k: k, random: inTraining)
      let logits = layer.router.logits(Tape.evaluating().constant(h)).value
      let (s, chosen) = (probabilities(logits), taken(probabilities(logits), each: n * k / experts))
      let E = layer.experts.ofAllTokens(h)
      for token in 0..<n {
        let total =
          gate == .softmaxThenTopK ? 1 : chosen[token].reduce(0) { $0 + s[token][$1] }
        let expected = (0..<width).map { column in
          chosen[token].reduce(0) { $0 + s[token][$1] / total * E[$1, token, column] }
        }
        let own = (0..<width).map { found.output.value[token, $0] }
        #expect(mismatch(own, expected, absolute: 1e-13) == nil, "\(gate), token \(token)")
      }
      #expect(found.auxiliaryLoss == nil)
    }
  }

  @Test("In evaluation it is plain SMoE: every token has its k best experts")
  func evaluation() {
    let own = router(seed: 9)
    let plain = SMoERouter("router", startingFrom: own)
    let h: Tensor<Double> = sample([6, width], seed: 8)
    for gate in GateOrder.allCases {
      let experts = moeLayer(hyperRouterCase, gate, seed: 10).experts
      let tape = Tape<Double>.evaluating()
      for k in 1...3 {
        let found = MoELayer(router: own, gate: gate, experts: experts)(tape.constant(h), k: k, random: nil)
        let expected = MoELayer(router: plain, gate: gate, experts: experts)(tape.constant(h), k: k, random: nil)
        #expect(found.output.value == expected.output.value)
        #expect(found.routing?.selection == expected.routing?.selection)
      }
    }
  }
}
