import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// Dropout is decided by the randomness handed in, and absent without any.
@Suite("Dropout in a model")
struct ModelDropoutTests {
  private func logits(_ configuration: Configuration, random: Random?) -> Tensor<Double> {
    LanguageModel<Double>(lively: configuration, seed: 1)(
      randomTokens(6), batch: 2, state: .empty, k: 2, random: random, on: .evaluating()
    ).logits.value
  }

  @Test("Without randomness rates are ignored, and at rate 0 randomness is", arguments: NormPlacement.allCases)
  func evaluationDropsNothing(norm: NormPlacement) {
    var dropping = smallConfiguration(.hyperRouter, norm: norm, dropout: 0.3)
    dropping.attentionDropout = 0.4
    let plain = smallConfiguration(.hyperRouter, norm: norm)
    #expect(logits(dropping, random: nil) == logits(plain, random: nil))
    #expect(logits(plain, random: Random(seed: 1)) == logits(plain, random: nil))
  }

  @Test("What is remembered of the embedding has passed its dropout, unscaled elsewhere")
  func memoryHoldsDroppedEmbeddings() {
    let model = LanguageModel<Double>(lively: smallConfiguration(dropout: 0.5, segment: 16, memory: 16), seed: 1)
    let tokens = randomTokens(16)
    let clean = model.states(tokens)[0].scalars
    let dropped = model(tokens, batch: 1, state: .empty, k: 2, random: Random(seed: 1), on: .evaluating()).state
    let values = dropped.tensors[0].scalars
    #expect(zip(values, clean).allSatisfy { $0 == 0 || abs($0 - 2 * $1) < 1e-12 })
    let zeros = values.filter { $0 == 0 }.count
    #expect(zeros > 16 && zeros < 48)
  }

  @Test("The dense network has hidden dropout only in the variant named for it")
  func denseVariantsDiffer() {
    let (without, with) = (smallConfiguration(.dense, dropout: 0.3), smallConfiguration(.denseDropout, dropout: 0.3))
    #expect(logits(without, random: nil) == logits(with, random: nil))
    #expect(logits(without, random: Random(seed: 1)) != logits(with, random: Random(seed: 1)))
  }
}

/// Every place where the release applies dropout does, each made visible by weights that silence all others.
///
/// One pre-LN layer without memory limits: h1 = h0 + drop(attention) + drop(mixture); rate ½, so what is kept doubles.
@Suite("Places of dropout")
struct DropoutPlacesTests {
  private let model: LanguageModel<Double>
  private let tokens = randomTokens(12)

  init() {
    let configuration = smallConfiguration(
      .smoe, gateOrder: .topKThenSoftmax, norm: .pre, dropout: 0.5, layers: 1, segment: 12, memory: 12)
    model = LanguageModel(lively: configuration, seed: 2)
  }

  private func set(_ name: String, to value: Double) throws {
    let parameter = try #require(model.parameter(name))
    parameter.value = Tensor(parameter.value.shape, repeating: value)
  }

  /// What the layer adds to the tokens' embeddings; with randomness unless told otherwise.
  private func update(
    after memory: HostState<Double> = .empty, random: Random? = Random(seed: 3)
  ) -> [Double] {
    let output = model(tokens, batch: 1, state: memory, limit: 12, k: 2, random: random, on: .evaluating())
    let states = output.state.tensors
    return (states[1] - states[0]).scalars
  }

  @Test("The attention's output, before the residual sum")
  func attentionIsDropped() throws {
    try set("layers.0.feedForward.experts.weight2", to: 0)
    try set("layers.0.feedForward.experts.bias2", to: 0)
    #expect(update().contains(0))
    #expect(!update(random: nil).contains(0))
  }

  @Test("The mixture's output, before the residual sum")
  func mixtureIsDropped() throws {
    try set("layers.0.attention.output.weight", to: 0)
    try set("layers.0.feedForward.experts.weight2", to: 0)
    try set("layers.0.feedForward.experts.bias2", to: 1)
    // The gates add up to 1, so the mixture is 1 everywhere.
    let added = update()
    #expect(added.allSatisfy { abs($0) < 1e-12 || abs($0 - 2) < 1e-12 })
    #expect(added.contains { abs($0) < 1e-12 } && added.contains { abs($0) > 1 })
    #expect(update(random: nil).allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test("The relative positions")
  func positionsAreDropped() throws {
    // Embeddings of 0 survive their dropout unchanged, and memory has none: positions alone move the attention.
    try set("embedding.weight", to: 0)
    try set("layers.0.feedForward.experts.weight2", to: 0)
    try set("layers.0.feedForward.experts.bias2", to: 0)
    let memory: HostState<Double> = randomMemory(model.configuration, length: 5)
    let pairs = Array(zip(update(after: memory), update(after: memory, random: nil)))
    #expect(pairs.contains { dropped, clean in dropped != 0 && abs(dropped - 2 * clean) > 1e-9 })
    // Without positions nothing but the output's own dropout is left.
    try set("layers.0.attention.position.weight", to: 0)
    let still = Array(zip(update(after: memory), update(after: memory, random: nil)))
    #expect(still.allSatisfy { dropped, clean in dropped == 0 || abs(dropped - 2 * clean) < 1e-12 })
  }
}
