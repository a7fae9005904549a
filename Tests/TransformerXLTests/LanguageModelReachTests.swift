import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

@Suite("A model beyond its own memory, and with routing held")
struct LanguageModelReachTests {
  @Test("Prepared for more keys it gives the bits that it gives without: the table of positions is only made earlier")
  func reaching() {
    let model = LanguageModel<Double>(lively: smallConfiguration(.hyperRouter), seed: 1)
    let memory: HostState<Double> = randomMemory(model.configuration, length: 9)
    let tokens = randomTokens(3)
    let plain = model.read(tokens, after: memory)
    for keys in [0, 5, 12, 30] {
      #expect(model.reaching(keys: keys).read(tokens, after: memory).logits == plain.logits)
    }
    #expect(
      model.transformerXL.positions(keys: 30).shape == [30, 4]
        && model.reaching(keys: 30).transformerXL.positions(keys: 12).shape == [12, 4])
  }

  @Test(
    "Holding its own routing changes nothing; holding another's, tokens have that one's experts and weights",
    arguments: [RouterKind.smoe, .hyperRouter, .cosine])
  func holding(router: RouterKind) throws {
    let model = LanguageModel<Double>(lively: smallConfiguration(router), seed: 1)
    let tokens = randomTokens(3)
    let memory: HostState<Double> = randomMemory(model.configuration, length: 2)
    func output(_ model: LanguageModel<Double>, _ memory: HostState<Double>) -> LanguageModel<Double>.Output {
      model(tokens, batch: 1, state: memory, k: 2, random: nil, on: .evaluating())
    }
    let (own, without) = (output(model, memory), output(model, .empty))
    let same = output(model.holdingRouting(own.routing), memory)
    #expect(same.logits.value == own.logits.value && same.routing.map(\.selection) == own.routing.map(\.selection))
    let held = output(model.holdingRouting(own.routing), .empty)
    #expect(held.routing.map(\.logits) == own.routing.map(\.logits))
    #expect(held.routing.map(\.selection) == own.routing.map(\.selection))
    #expect(held.logits.value != own.logits.value && held.logits.value != without.logits.value)
    #expect(without.routing.map(\.logits) != own.routing.map(\.logits), "memory matters to routers")
  }

  @Test("A dense model has no routing to hold")
  func dense() {
    let model = LanguageModel<Double>(lively: smallConfiguration(.dense), seed: 1)
    let tokens = randomTokens(3)
    #expect(model.holdingRouting([]).read(tokens).logits == model.read(tokens).logits)
  }
}
