import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// The masks of all places in a model of three layers, each made visible by weights that silence everything else.
///
/// A mask is a matter of the randomness and of an element's index, not of the weights, so masks seen with different weights
/// can be compared. One expert, so that a token's row among the experts is its row in the segment; f = d = w.
@Suite("Independence of dropout masks")
struct MaskIndependenceTests {
  private static let (width, layers) = (32, 3)

  /// One model whose weights are all zero but for the embedding: d rows of the identity, then a row of ones.
  private struct Probe {
    let model: LanguageModel<Double>
    let norm: NormPlacement
    let random: Random

    init(_ norm: NormPlacement, _ random: Random, dropout: Double = 0.5, attentionDropout: Double = 0) {
      let d = width
      var configuration = Configuration(
        vocabulary: d + 1, layers: layers, modelWidth: d, heads: 1, headWidth: d, expertWidth: d, experts: 1,
        segment: d, memory: d, router: .smoe)
      configuration.norm = norm
      configuration.gateOrder = .topKThenSoftmax
      configuration.dropout = dropout
      configuration.attentionDropout = attentionDropout
      (model, self.norm, self.random) = (LanguageModel(configuration, seed: 1), norm, random)
      for parameter in model.parameters {
        parameter.value = Tensor(parameter.value.shape, repeating: parameter.name.hasSuffix("gain") ? 1 : 0)
      }
      model.parameter("embedding.weight")?.value = Tensor(
        [d + 1, d], (0..<(d + 1) * d).map { $0 / d == d || $0 / d == $0 % d ? 1 : 0 })
    }

    func set(_ name: String, to value: Double) throws {
      let parameter = try #require(model.parameter(name))
      parameter.value = Tensor(parameter.value.shape, repeating: value)
    }

    /// Sets a matrix of one or several d×d blocks, one below another, to a multiple of the identity in its last block.
    func setDiagonal(_ name: String, to value: Double) throws {
      let parameter = try #require(model.parameter(name))
      let (count, d) = (parameter.value.count, width)
      parameter.value = Tensor(
        parameter.value.shape, (0..<count).map { $0 >= count - d * d && $0 / d % d == $0 % d ? value : 0 })
    }

    private func output(_ tokens: [Int32]) -> LanguageModel<Double>.Output {
      model(tokens, batch: 1, state: .empty, k: 1, random: random, on: .evaluating())
    }

    /// The states of a segment of the last symbol, whose embedding is all ones, and their logits.
    func read() -> (states: [[Double]], logits: Tensor<Double>) {
      let output = output(Array(repeating: Int32(width), count: width))
      return (output.state.tensors.map(\.scalars), output.logits.value)
    }

    /// What a layer adds to its input (pre-LN), or its output (post-LN).
    func update(of layer: Int, tokens: [Int32]? = nil) -> [Double] {
      let states = output(tokens ?? Array(repeating: Int32(width), count: width)).state.tensors
      return norm == .pre ? (states[layer + 1] - states[layer]).scalars : states[layer + 1].scalars
    }
  }

  private static func masks(_ norm: NormPlacement, _ random: Random) throws -> [DropoutMask] {
    let d = width
    let silent = Probe(norm, random).read()
    let embedding = DropoutMask("embedding", rows: silent.states[0], width: d)
    // What is zero before the last dropout tells nothing of it.
    let last = silent.states[layers]
    let output = DropoutMask(
      "output",
      Dictionary(
        uniqueKeysWithValues: last.indices.filter { last[$0] != 0 }.map {
          ($0, silent.logits[$0 / d, $0 % d] != 0)
        }))
    var masks = [embedding, output]
    for layer in 0..<layers {
      masks += try [
        attentionWeights(layer, norm, random), attentionOutput(layer, norm, random),
      ]
      let mixture = try mixtureOutput(layer, norm, random)
      masks += [mixture, try hiddenUnits(layer, norm, random, through: mixture)]
    }
    return masks
  }

  /// Values are the identity's rows, one for each key, and all scores zero: the output shows which keys were kept.
  private static func attentionWeights(
    _ layer: Int, _ norm: NormPlacement, _ random: Random
  ) throws -> DropoutMask {
    let probe = Probe(norm, random, dropout: 0, attentionDropout: 0.5)
    try probe.setDiagonal("layers.\(layer).attention.keyValue.weight", to: 1)
    try probe.setDiagonal("layers.\(layer).attention.output.weight", to: 1e6)
    return DropoutMask(
      "attention weights \(layer)", rows: probe.update(of: layer, tokens: (0..<Int32(width)).map { $0 }), width: width,
      where: { query, key in key <= query })
  }

  /// The same large number in all columns.
  private static func attentionOutput(
    _ layer: Int, _ norm: NormPlacement, _ random: Random
  ) throws -> DropoutMask {
    let probe = Probe(norm, random)
    // What attention reads is positive: dropped embeddings, or ones.
    if norm == .pre {
      try probe.set("layers.\(layer).attention.norm.gain", to: 0)
      try probe.set("layers.\(layer).attention.norm.bias", to: 1)
    } else if layer > 0 {
      try probe.set("layers.\(layer - 1).feedForward.norm.gain", to: 0)
      try probe.set("layers.\(layer - 1).feedForward.norm.bias", to: 1)
    }
    try probe.set("layers.\(layer).attention.keyValue.weight", to: 1)
    try probe.set("layers.\(layer).attention.output.weight", to: 1e6)
    return DropoutMask("attention output \(layer)", rows: probe.update(of: layer), width: width)
  }

  private static func mixtureOutput(
    _ layer: Int, _ norm: NormPlacement, _ random: Random
  ) throws -> DropoutMask {
    let probe = Probe(norm, random)
    try probe.set("layers.\(layer).feedForward.experts.bias2", to: 1e6)
    return DropoutMask("mixture output \(layer)", rows: probe.update(of: layer), width: width)
  }

  /// Hidden unit c goes to column c, where it is seen if the output's own dropout keeps it.
  private static func hiddenUnits(
    _ layer: Int, _ norm: NormPlacement, _ random: Random, through output: DropoutMask
  ) throws -> DropoutMask {
    let probe = Probe(norm, random)
    try probe.set("layers.\(layer).feedForward.experts.bias1", to: 1)
    try probe.setDiagonal("layers.\(layer).feedForward.experts.weight2", to: 1e6)
    return DropoutMask("hidden units \(layer)", rows: probe.update(of: layer), width: width).visible(through: output)
  }

  @Test("No two places and no two layers share a mask", arguments: NormPlacement.allCases)
  func placesAndLayers(norm: NormPlacement) throws {
    let masks = try Self.masks(norm, Random(seed: 3))
    #expect(masks.count == 2 + 4 * Self.layers)
    let (faults, pairs) = DropoutMask.dependences(among: masks)
    #expect(pairs == masks.count * (masks.count - 1) / 2)
    #expect(faults == [])
  }

  @Test("Other randomness gives other masks at every place")
  func randomness() throws {
    let (first, second) = (try Self.masks(.pre, Random(seed: 3)), try Self.masks(.pre, Random(seed: 4)))
    let (faults, pairs) = DropoutMask.dependences(among: first + second)
    #expect(pairs == 378)
    #expect(faults == [])
  }

  @Test("The comparison notices equal, opposite, constant and barely known masks, and accepts independent ones")
  func comparison() {
    var random = Random(seed: 5)
    func mask(_ place: String, _ count: Int = 400, _ element: (Int) -> Bool) -> DropoutMask {
      DropoutMask(place, Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, element($0)) }))
    }
    let bits = (0..<3).map { _ in (0..<400).map { _ in random.bernoulli(0.5) } }
    let masks = bits.enumerated().map { index, bits in mask("\(index)") { bits[$0] } }
    #expect(DropoutMask.dependences(among: masks) == ([], 3))
    let faulty = [
      mask("equal") { bits[0][$0] }, mask("opposite") { !bits[0][$0] }, mask("all") { _ in true },
      mask("none") { _ in false }, mask("short", 50) { bits[1][$0] },
      mask("mostly equal") { $0 % 3 == 0 ? bits[2][$0] : bits[0][$0] },
    ]
    for fault in faulty {
      #expect(!DropoutMask.dependences(among: [masks[0], fault]).faults.isEmpty, "\(fault.place)")
    }
  }
}
