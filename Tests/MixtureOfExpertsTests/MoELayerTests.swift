import Autograd
import Layers
import Tensors
import TestSupport
import Testing

@testable import MixtureOfExperts

@Suite("The sparse layer against its dense definition")
struct MoELayerTests {
  struct Case: Sendable, CustomStringConvertible {
    let (kind, gate, k): (RouterCase, GateOrder, Int)
    var tokens = 9
    var description: String { "\(kind), \(gate.rawValue), k = \(k), \(tokens) tokens" }
  }

  static let cases = routerCases.flatMap { kind in
    GateOrder.allCases.flatMap { gate in
      (1...experts).flatMap { k in [9, 1].map { Case(kind: kind, gate: gate, k: k, tokens: $0) } }
    }
  }

  /// Computes every expert for every token and adds them up with a mask of gates: N/k times the work, nothing sparse.
  private func dense(_ layer: MoELayer<Double>, _ h: Variable<Double>, k: Int, gate: GateOrder) -> Variable<Double> {
    let tape = h.tape
    let logits = layer.router.logits(h)
    let (numbers, n) = (logits.value, h.shape[0])
    // What is drawn does not follow from logits: the choice is then taken as it is, k experts for token after token.
    let drawn = (layer.router as? RandomRouter<Double>)?.gates(logits, order: gate, k: k, random: nil).selection
    let mask = Tensor<Double>([n, experts]) { mask in
      for token in 0..<n {
        for expert in 0..<experts {
          // Chosen if fewer than k experts are better, an equal one of lower index being better.
          let own = numbers[token, expert]
          let better = (0..<experts).filter {
            numbers[token, $0] > own || (numbers[token, $0] == own && $0 < expert)
          }
          let isChosen = drawn?[token * k..<(token + 1) * k].contains(Int32(expert)) ?? (better.count < k)
          mask[token * experts + expert] = isChosen ? 1 : 0
        }
      }
    }
    var gates = exp(logits) * tape.constant(mask)
    let normaliser = gate == .softmaxThenTopK ? exp(logits) : gates
    gates = gates / sum(normaliser, axis: 1).reshaped([n, 1])
    var y = tape.constant(.zeros([n, width]))
    let networks = paperExperts(of: layer)
    for i in 0..<experts {
      func own(_ parameter: Parameter<Double>, _ shape: Shape) -> Variable<Double> {
        tape(parameter).sliced(0, i..<i + 1).reshaped(shape)
      }
      let hiddenUnits = relu(
        matmul(h, own(networks.weight1, [hidden, width]).transposed(0, 1)) + own(networks.bias1, [hidden]))
      let E =
        matmul(hiddenUnits, own(networks.weight2, [width, hidden]).transposed(0, 1))
        + own(networks.bias2, [width])
      y = y + gates.sliced(1, i..<i + 1) * E
    }
    return y
  }

  private func outcome(
    _ layer: MoELayer<Double>, tokens: Int, _ function: (Variable<Double>) -> Variable<Double>
  ) -> [Tensor<Double>] {
    let recorded = JacobianTape<Double>()
    let h = recorded.tape.variable(sample([tokens, width], seed: 3))
    let y = function(h)
    return [y.value]
      + recorded.vectorJacobianProduct(
        of: y, upstream: sample(y.shape, seed: 4), withRespectTo: [h] + layer.parameters.map { recorded.tape($0) })
  }

  @Test("Value and all gradients equal those of all experts for all tokens, masked", arguments: cases)
  func equalsDense(_ test: Case) {
    let layer = moeLayer(test.kind, test.gate, seed: 11)
    let sparse = outcome(layer, tokens: test.tokens) { layer($0, k: test.k, random: nil).output }
    let expected = outcome(layer, tokens: test.tokens) { dense(layer, $0, k: test.k, gate: test.gate) }
    let names = ["y", "dh"] + layer.parameters.map(\.name)
    for (name, (found, right)) in zip(names, zip(sparse, expected)) {
      let largest = right.scalars.reduce(1) { max($0, abs($1)) }
      #expect(mismatch(found.scalars, right.scalars, absolute: 1e-12 * largest) == nil, "\(name)")
    }
  }

  @Test("An expert that no token chose does no work: NaN in its weights reaches nothing, and its gradient is zero")
  func poison() throws {
    let layer = moeLayer(routerCases[0], .softmaxThenTopK, seed: 11)
    let router = try #require(layer.router as? SMoERouter<Double>)
    // A bias that keeps expert 1 out.
    router.bias.value = Tensor([experts], [0, -100, 0])
    for parameter in layer.experts.parameters {
      let share = parameter.value.count / experts
      parameter.value.withUnsafeMutablePointer { for index in share..<2 * share { $0[index] = .nan } }
    }
    let found = outcome(layer, tokens: 9) { layer($0, k: 2, random: nil).output }
    #expect(found.allSatisfy { $0.isFinite })
    for gradient in found.suffix(4) {
      #expect(gradient.sliced(0, 1..<2) == .zeros(gradient.shape.replacing(0, with: 1)))
      #expect(gradient.sliced(0, 0..<1).sumOfSquares() > 0 && gradient.sliced(0, 2..<3).sumOfSquares() > 0)
    }
  }

  @Test(
    "With the release's order at k = 1 the router learns nothing: its gradient is exactly zero", arguments: routerCases)
  func releaseAtOne(_ kind: RouterCase) {
    for gate in GateOrder.allCases {
      let layer = moeLayer(kind, gate, seed: 11)
      let found = outcome(layer, tokens: 9) { layer($0, k: 1, random: nil).output }
      for gradient in found[2..<2 + layer.router.parameters.count] {
        #expect((gradient.sumOfSquares() == 0) == (gate == .topKThenSoftmax))
      }
    }
  }

  @Test("Frozen weights have no gradient and leave nothing on the tape", arguments: routerCases)
  func frozen(_ kind: RouterCase) {
    let layer = moeLayer(kind, .softmaxThenTopK, seed: 11)
    let tape = TrainingTape<Double>()
    let h = tape.tape.constant(sample([5, width], seed: 3))
    let output = sum(layer(h, k: 2, random: nil).output)
    let names = tape.gradients(of: output).names
    #expect(Set(names) == Set(layer.parameters.map(\.name)))
    #expect(Set(names).isDisjoint(with: layer.frozen.map(\.name)))
    if layer.router.parameters.isEmpty {
      #expect(!layer.router.logits(JacobianTape().tape.constant(h.value)).needsGradient)
    }
    #expect(layer.frozen.isEmpty != kind.hasFixedWeights)
  }

  @Test("The record of a call holds its logits, its choices and the entropy of s")
  func record() throws {
    let layer = moeLayer(routerCases[0], .topKThenSoftmax, seed: 11)
    #expect(layer.experts.count == experts && layer.experts.multiplyAddsPerToken == 2 * width * hidden)
    let h = Tape<Double>.evaluating().constant(sample([5, width], seed: 3))
    let routing = try #require(layer(h, k: 2, random: nil).routing)
    #expect(routing.logits == layer.router.logits(h).value && routing.selection == routing.logits.topK(2))
    let s = routing.probabilities
    let entropies = (0..<5).map { token in
      (0..<experts).reduce(0) { $0 - s[token, $1] * logarithm(s[token, $1]) }
    }
    #expect(mismatch(routing.entropies, entropies, absolute: 1e-13) == nil)
    let extreme = RoutingRecord<Double>(logits: Tensor([2, 2], [-1e4, 1e4, -.infinity, 0]), selection: [1, 1])
    #expect(extreme.entropies == [0, 0])
    let broken = RoutingRecord<Double>(logits: Tensor([1, 2], [.nan, 0]), selection: [1])
    #expect(broken.entropies[0].isNaN, "what is not a number must not pass for certainty")
  }

  private func logarithm(_ x: Double) -> Double { Tensor<Double>(x).logarithm().scalar }
}
