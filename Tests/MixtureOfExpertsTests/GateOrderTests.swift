import Autograd
import Foundation
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("Gate orders")
struct GateOrderTests {
  private let logits: Tensor<Double> = sample([6, 5], seed: 1)

  private func gates(_ order: GateOrder, _ logits: Tensor<Double>, k: Int) -> Gates<Double> {
    order(Tape.evaluating().constant(logits), k: k)
  }

  @Test("Softmax, then top-k: g_i = s_i, not renormalised", arguments: 1...5)
  func paper(_ k: Int) {
    let found = gates(.softmaxThenTopK, logits, k: k)
    let s = probabilities(logits)
    for token in 0..<6 {
      let weights = (0..<k).map { found.weights.value[token, $0] }
      let expected = (0..<k).map { s[token][Int(found.selection[token * k + $0])] }
      #expect(mismatch(weights, expected, absolute: 1e-14) == nil)
      let sum = weights.reduce(0, +)
      #expect(k == 5 ? abs(sum - 1) <= 1e-14 : sum < 0.999)
    }
  }

  @Test("Top-k, then softmax: g is the softmax of the chosen logits and sums to 1", arguments: 1...5)
  func release(_ k: Int) {
    let found = gates(.topKThenSoftmax, logits, k: k)
    for token in 0..<6 {
      let chosen = (0..<k).map { logits[token, Int(found.selection[token * k + $0])] }
      let total = chosen.reduce(0) { $0 + exp($1) }
      let weights = (0..<k).map { found.weights.value[token, $0] }
      #expect(mismatch(weights, chosen.map { exp($0) / total }, absolute: 1e-14) == nil)
      #expect(abs(weights.reduce(0, +) - 1) <= 1e-14)
    }
  }

  @Test(
    "Tokens with any number of experts: s_i, or the softmax over all that a token has; none for a token without",
    arguments: GateOrder.allCases)
  func ragged(_ order: GateOrder) {
    let chosen: [[Int]] = [[3], [], [4, 0, 1], [0, 1, 2, 3, 4], [], [2, 1]]
    let starts = chosen.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    let assignment = TokenAssignment(selection: chosen.joined().map { Int32($0) }, starts: starts, experts: 5)
    let found = order.gates(Tape.evaluating().constant(logits), choosing: assignment)
    let expected = (0..<6).flatMap { token in
      let competing = order == .softmaxThenTopK ? Array(0..<5) : chosen[token]
      let total = competing.reduce(0) { $0 + exp(logits[token, $1]) }
      return chosen[token].map { exp(logits[token, $0]) / total }
    }
    #expect(found.weights.shape == [11])
    #expect(mismatch(found.weights.value.scalars, expected, absolute: 1e-14) == nil)
    // Where all tokens have k the weights are those of k.
    let uniform = gates(order, logits, k: 2)
    let same = order.gates(Tape.evaluating().constant(logits), choosing: uniform.assignment)
    #expect(mismatch(same.weights.value.scalars, uniform.weights.value.scalars, absolute: 1e-15) == nil)
  }

  @Test("At k = N both orders are the same; at k = 1 the release's gate is exactly 1")
  func ends() {
    let (paper, release) = (gates(.softmaxThenTopK, logits, k: 5), gates(.topKThenSoftmax, logits, k: 5))
    #expect(paper.selection == release.selection)
    #expect(mismatch(paper.weights.value.scalars, release.weights.value.scalars, absolute: 1e-14) == nil)
    #expect(gates(.topKThenSoftmax, logits, k: 1).weights.value == Tensor([6, 1], repeating: 1))
  }

  @Test("∂g_i/∂logit_j = p_i (δ_ij − p_j), p over all N or over the chosen k alone; zero at k = 1", arguments: 1...5)
  func derivatives(_ k: Int) {
    for order in GateOrder.allCases {
      for token in 0..<6 {
        let tape = JacobianTape<Double>()
        let x = tape.tape.variable(logits.sliced(0, token..<token + 1))
        let found = order(x, k: k)
        let chosen = found.selection.map(Int.init)
        let competing = order == .softmaxThenTopK ? Array(0..<5) : chosen
        let total = competing.reduce(0) { $0 + exp(logits[token, $1]) }
        let expected = chosen.flatMap { i in
          (0..<5).map { j -> Double in
            guard competing.contains(j) else { return 0 }
            return exp(logits[token, i]) / total * ((i == j ? 1 : 0) - exp(logits[token, j]) / total)
          }
        }
        let jacobian = tape.jacobian(of: found.weights, withRespectTo: x)
        #expect(mismatch(jacobian.scalars, expected, absolute: 1e-14) == nil, "\(order), token \(token)")
        if order == .topKThenSoftmax && k == 1 { #expect(jacobian.scalars.allSatisfy { $0 == 0 }) }
      }
    }
  }

  @Test("Of equal logits the expert with the lower index is chosen, in both orders", arguments: GateOrder.allCases)
  func ties(_ order: GateOrder) {
    let tied = Tensor<Double>([3, 4], [0, 2, 2, 2, 1, 1, 1, 1, 3, 0, 3, 0])
    #expect(gates(order, tied, k: 1).selection == [1, 0, 0])
    #expect(gates(order, tied, k: 2).selection == [1, 2, 0, 1, 0, 2])
    #expect(gates(order, tied, k: 3).selection == [1, 2, 3, 0, 1, 2, 0, 2, 1])
  }

  @Test("Logits of ±10 000 give gates of 0 and 1", arguments: GateOrder.allCases)
  func extremes(_ order: GateOrder) {
    let found = gates(order, Tensor([1, 3], [-1e4, 1e4, 0]), k: 2)
    #expect(found.selection == [1, 2] && found.weights.value.scalars == [1, 0])
  }
}
