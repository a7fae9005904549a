import Autograd
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

@Suite("Layers of Transformer-XL")
struct LayerTests {
  @Test("Derivatives by inputs and parameters equal central differences to 1e-7", arguments: layerCases)
  func derivatives(_ layer: LayerCase) {
    for seed: UInt64 in 1...2 { #expect(layer.disagreement(seed: seed, bound: 1e-7) == nil) }
  }

  @Test("A layer lists exactly the weights that it holds", arguments: layerCases)
  func listing(_ layer: LayerCase) {
    #expect(layer.listingFault() == nil)
  }

  @Test("No layer is without a gradient case")
  func coverage() {
    // The whole model has a suite of its own, ModelGradientTests.
    #expect(Set(layerCases.map(\.layer) + ["TransformerXLHost"]) == SourceTree.layers(of: "TransformerXL"))
  }
}

let layerCases: [LayerCase] =
  [
    LayerCase("RelativeAttention", "with memory") { seed in attentionProblem(seed, memory: 2) },
    LayerCase("RelativeAttention", "without memory") { seed in attentionProblem(seed, memory: 0) },
    LayerCase("RelativeAttention", "of one token") { seed in attentionProblem(seed, segment: 1, memory: 3) },
  ]
  + NormPlacement.allCases.flatMap { norm in
    [0, 2].map { memory in
      LayerCase(norm == .post ? "PostNormDecoderLayer" : "PreNormDecoderLayer", "\(memory) remembered") { seed in
        decoderProblem(norm, seed, memory: memory)
      }
    }
  }

/// Dense, so that no decision can change under a difference; sparse sublayers have cases of their own.
private func denseConfiguration(_ norm: NormPlacement) -> Configuration {
  var configuration = Configuration(
    vocabulary: 5, layers: 2, modelWidth: 4, heads: 2, headWidth: 3, expertWidth: 3, experts: 2, segment: 3, memory: 2,
    router: .dense)
  configuration.norm = norm
  configuration.dropout = 0
  return configuration
}

private func attentionProblem(_ seed: UInt64, segment: Int = 3, memory: Int) -> LayerCase.Problem {
  let attention = RelativeAttention("attention", denseConfiguration(.post), initializer: Initializer(seed: seed))
    .randomized(seed: seed)
  let inputs: [Tensor<Double>] = [
    sample([2, segment, 4], seed: seed), sample([2, segment + memory, 4], seed: seed + 1),
    sample([segment + memory, 4], seed: seed + 2), sample([6], seed: seed + 3), sample([6], seed: seed + 4),
  ]
  return .init(attention, inputs: inputs) { _, x in
    attention(x[0], context: x[1], AttentionInputs(R: x[2], u: x[3], v: x[4]), random: nil)
  }
}

private func decoderProblem(_ norm: NormPlacement, _ seed: UInt64, memory: Int) -> LayerCase.Problem {
  let model = LanguageModel<Double>(denseConfiguration(norm), seed: seed).randomized(seed: seed)
  let layer = model.transformerXL.layers[0]
  let remembered: Tensor<Double> = sample([2, memory, 4], seed: seed + 1)
  let table = RelativePositions<Double>(keys: 3 + memory, width: 4)(keys: 3 + memory)
  let inputs: [Tensor<Double>] = [
    sample([2, 3, 4], seed: seed), sample([6], seed: seed + 3), sample([6], seed: seed + 4),
  ]
  return .init(layer, inputs: inputs, step: 0x1p-9) { tape, x in
    let context = memory == 0 ? x[0] : concatenated(tape.constant(remembered), x[0], axis: 1)
    let attending = AttentionInputs(R: tape.constant(table), u: x[1], v: x[2])
    return layer(x[0], context: context, attending: attending, k: 1, random: nil).output
  }
}
