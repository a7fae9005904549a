import Autograd
import Tensors
import TestSupport

@testable import Layers

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
