import Autograd
import Tensors
import TestSupport
import Testing

@testable import Layers

@Suite("Layers")
struct LayerTests {
  @Test("Derivatives by inputs and parameters equal central differences to 1e-7", arguments: layerCases)
  func derivatives(_ layer: LayerCase) {
    for seed: UInt64 in 1...3 { #expect(layer.disagreement(seed: seed, bound: 1e-7) == nil) }
  }

  @Test("A layer lists exactly the weights that it holds", arguments: layerCases)
  func listing(_ layer: LayerCase) {
    #expect(layer.listingFault() == nil)
  }

  @Test("No layer is without a gradient case")
  func coverage() {
    #expect(Set(layerCases.map(\.layer)) == SourceTree.layers(of: "Layers"))
  }

  @Test("The embedding is √d times the token's row, the output score has no √d")
  func embedding() {
    let layer = Embedding(vocabulary: 4, width: 9, initializer: initializer).randomized(seed: 1)
    let table = layer.weight.value
    let tape = Tape<Double>.evaluating()
    let rows = layer.embed([2, 0], on: tape).value
    let h: Tensor<Double> = sample([1, 9], seed: 2)
    let logits = layer.logits(tape.constant(h)).value
    for column in 0..<9 {
      #expect(rows[0, column] == 3 * table[2, column])
      #expect(rows[1, column] == 3 * table[0, column])
    }
    let expected = (0..<4).map { token in
      (0..<9).reduce(layer.bias.value[token]) { $0 + h[0, $1] * table[token, $1] }
    }
    #expect(mismatch(logits.scalars, expected, relative: 1e-13) == nil)
  }

  @Test("Dropout keeps the expectation, drops at its rate, and does nothing without randomness")
  func dropout() {
    let layer = Dropout<Double>(rate: 0.25)
    let tape = Tape<Double>.evaluating()
    let ones = tape.constant(Tensor([40_000], repeating: 1))
    #expect(layer(ones, random: nil).value == ones.value)
    let dropped = layer(ones, random: Random(seed: 1)).value
    #expect(Set(dropped.scalars) == [0, 1 / 0.75])
    // Five standard errors of a mean of Bernoulli trials.
    let error = (0.25 / 0.75 / 40_000.0).squareRoot()
    #expect(abs(dropped.mean() - 1) < 5 * error)
    #expect(layer(ones, random: Random(seed: 1)).value == dropped)
    #expect(layer(ones, random: Random(seed: 2)).value != dropped)
  }

  @Test("Layer normalisation gives rows of mean 0 and variance 1 before gain and bias")
  func layerNorm() {
    let layer = LayerNorm("norm", width: 16, initializer: initializer)
    layer.gain.value = Tensor([16], repeating: 1)
    let tape = Tape<Double>.evaluating()
    let y = layer(tape.constant(3 * sample([5, 16], seed: 4))).value
    for row in 0..<5 {
      let entries = (0..<16).map { y[row, $0] }
      #expect(abs(entries.reduce(0, +)) < 1e-12)
      #expect(abs(entries.reduce(0) { $0 + $1 * $1 } / 16 - 1) < 1e-4)
    }
  }

  @Test("Initial weights depend on seed and name alone and have the release's scale")
  func initial() {
    let a = initializer.normal("a", [100, 100])
    #expect(initializer.normal("a", [100, 100]) == a)
    #expect(initializer.normal("b", [100, 100]) != a)
    #expect(Initializer<Double>(seed: 2).normal("a", [100, 100]) != a)
    // Five standard errors of the variance of 10 000 normal numbers.
    #expect(abs(a.sumOfSquares() / 10_000 / 0.0004 - 1) < 5 * (2.0 / 10_000).squareRoot())
    let gain = LayerNorm<Double>("norm", width: 10_000, initializer: initializer).gain.value
    #expect(abs(gain.mean() - 1) < 5 * 0.02 / 100)
  }
}

let layerCases: [LayerCase] =
  [
    LayerCase("Projection", "1×1") { seed in
      let layer = Projection("projection", inputs: 1, outputs: 1, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: [sample([1, 1], seed: seed)]) { layer($1[0]) }
    },
    LayerCase("Projection", "rank 3, of its own output") { seed in
      let layer = Projection("projection", inputs: 3, outputs: 3, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: [sample([2, 2, 3], seed: seed)]) { layer(layer($1[0])) }
    },
    LayerCase("LayerNorm", "rank 3") { seed in
      let layer = LayerNorm("norm", width: 5, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: [sample([2, 2, 5], seed: seed)]) { layer($1[0]) }
    },
    LayerCase("LayerNorm", "twice, the second of the first") { seed in
      let layer = LayerNorm("norm", width: 4, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: [sample([3, 4], seed: seed)]) { layer(layer($1[0])) }
    },
    LayerCase("Embedding", "input only, a token twice") { seed in
      let layer = Embedding(vocabulary: 5, width: 3, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: []) { tape, _ in layer.embed([4, 0, 4], on: tape) }
    },
    LayerCase("Embedding", "output only") { seed in
      let layer = Embedding(vocabulary: 5, width: 3, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: [sample([2, 3], seed: seed)]) { layer.logits($1[0]) }
    },
    LayerCase("Embedding", "input and output tied: the loss of predicting the next token") { seed in
      let layer = Embedding(vocabulary: 5, width: 3, initializer: initializer).randomized(seed: seed)
      return .init(layer, inputs: [sample([4, 3], seed: seed)]) { tape, x in
        crossEntropy(layer.logits(exp(0.3 * layer.embed([1, 3, 3, 0], on: tape)) + x[0]), targets: [3, 3, 0, 2])
      }
    },
  ] + feedForwardCases

private let feedForwardCases = [0, 0.3].map { rate in
  LayerCase("DenseFeedForward", "dropout \(rate)") { seed in
    let layer = DenseFeedForward("ffn", width: 3, hidden: 5, dropout: rate, initializer: initializer)
      .randomized(seed: seed)
    return .init(
      layer, inputs: [sample([4, 3], seed: seed)], step: 0x1p-12,
      state: { hiddenSigns($0[0], weight: layer.weight1, bias: layer.bias1) },
      function: { layer($1[0], random: Random(seed: 3)) })
  }
}

let initializer = Initializer<Double>(seed: 1)

/// The sign of every x Wᵀ + b, by loops.
private func hiddenSigns(_ x: Tensor<Double>, weight: Parameter<Double>, bias: Parameter<Double>) -> [Int32] {
  (0..<x.shape[0]).flatMap { row in
    (0..<weight.value.shape[0]).map { unit in
      (0..<x.shape[1]).reduce(bias.value[unit]) { $0 + weight.value[unit, $1] * x[row, $1] } > 0 ? 1 : -1
    }
  }
}
