import Autograd
import MixtureOfExperts
import Tensors
import Testing

@testable import TransformerXL

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
    self.init(LanguageModel(lively: configuration, seed: 2))
  }

  private init(_ model: LanguageModel<Double>) {
    self.model = model
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

  @Test("The final hidden state, before the output")
  func outputIsDropped() throws {
    let embedding = try #require(model.parameter("embedding.weight"))
    embedding.value = Tensor([5, 4], (0..<20).map { $0 % 5 == 0 ? 1 : 0 })
    try set("output.bias", to: 0)
    let output = model(tokens, batch: 1, state: .empty, k: 2, random: Random(seed: 3), on: .evaluating())
    // The table is the identity above a row of zeros, so the first four logits are the dropped hidden state.
    let hidden = output.state.tensors[1].reshaped([12, 4])
    let logits = output.logits.value.sliced(1, 0..<4)
    let pairs = Array(zip(logits.scalars, hidden.scalars))
    #expect(pairs.allSatisfy { $0 == 0 || abs($0 - 2 * $1) < 1e-12 })
    #expect(pairs.contains { $0.0 == 0 } && pairs.contains { $0.0 != 0 })
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

  @Test("The hidden units of experts")
  func hiddenUnitsAreDropped() throws {
    try set("layers.0.attention.output.weight", to: 0)
    try set("layers.0.feedForward.experts.weight1", to: 0)
    try set("layers.0.feedForward.experts.bias1", to: 1)
    try set("layers.0.feedForward.experts.weight2", to: 1)
    try set("layers.0.feedForward.experts.bias2", to: 0)
    // Three hidden units of 1 add up to 3; dropped at their output alone that would be 0 or 6.
    #expect(update(random: nil).allSatisfy { abs($0 - 3) < 1e-12 })
    #expect(update().contains { abs($0) > 1e-9 && abs($0 - 6) > 1e-9 })
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

  @Test("Both halves of a post-LN layer", arguments: ["attention", "mixture"])
  func postNormHalvesAreDropped(half: String) throws {
    var configuration = model.configuration
    configuration.norm = .post
    let postNorm = DropoutPlacesTests(LanguageModel(lively: configuration, seed: 2))
    let silent: [String: Double] =
      half == "attention"
      ? ["attention.position.weight": 0, "feedForward.experts.bias2": 0]
      : ["attention.output.weight": 0, "feedForward.experts.bias2": 1]
    try postNorm.set("embedding.weight", to: 0)
    try postNorm.set("layers.0.feedForward.experts.weight2", to: 0)
    for (name, value) in silent { try postNorm.set("layers.0.\(name)", to: value) }
    let memory: HostState<Double> = randomMemory(configuration, length: 5)
    #expect(postNorm.update(after: memory) != postNorm.update(after: memory, random: nil))
    try postNorm.set("layers.0.attention.output.weight", to: 0)
    try postNorm.set("layers.0.feedForward.experts.bias2", to: 0)
    #expect(postNorm.update(after: memory) == postNorm.update(after: memory, random: nil))
  }
}
