import Autograd
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// Keys and values that are projected once must be those that the plain path projects again and again.
@Suite("Projected memory")
struct ProjectedMemoryTests {
  static let models: [Configuration] = RouterKind.allCases.flatMap { router in
    NormPlacement.allCases.map { norm in smallConfiguration(router, norm: norm, segment: 4, memory: 5) }
  }

  /// Reads a text in pieces by the plain path, each piece seeing as much as projected memory shows it: M + T symbols.
  private func plainLogits(_ model: LanguageModel<Double>, _ text: [Int32], _ lengths: [Int]) -> [Double] {
    let reach = model.configuration.memory + model.configuration.segment
    var (memory, logits, position) = (HostState<Double>.empty, [Double](), 0)
    for (index, length) in lengths.enumerated() {
      let next = index + 1 < lengths.count ? lengths[index + 1] : 0
      let read = model.read(
        Array(text[position..<position + length]), after: memory, remembering: reach - next)
      logits += read.logits.scalars
      (memory, position) = (read.memory, position + length)
    }
    return logits
  }

  private func projectedLogits(_ model: LanguageModel<Double>, _ text: [Int32], _ lengths: [Int]) -> [Double] {
    var (memory, logits, position) = (ProjectedMemory(of: model.transformerXL, workers: .one), [Double](), 0)
    for length in lengths {
      logits += memory(Array(text[position..<position + length]), k: 2, workers: .one).scalars
      position += length
      #expect(memory.length == min(position, memory.reach))
    }
    return logits
  }

  private func expectSameLogits(_ model: LanguageModel<Double>, _ lengths: [Int]) {
    let text = randomTokens(lengths.reduce(0, +))
    let (plain, projected) = (plainLogits(model, text, lengths), projectedLogits(model, text, lengths))
    #expect(mismatch(projected, plain, absolute: 1e-12, relative: 1e-12) == nil, "pieces of \(lengths)")
  }

  @Test(
    "Logits are those of the plain path: the first symbols, a full memory, a prompt longer than memory, one by one",
    arguments: models)
  func logits(configuration: Configuration) {
    let model = LanguageModel<Double>(lively: configuration, seed: 5)
    let ones = Array(repeating: 1, count: 30)
    for lengths in [[1], [4], ones, [4, 4, 4, 4, 3] + ones, [2, 3, 1, 4, 1, 1, 4, 4, 9, 1]] {
      expectSameLogits(model, lengths)
    }
  }

  @Test("So they are without memory, for one layer, and for one symbol of context", arguments: NormPlacement.allCases)
  func edges(norm: NormPlacement) {
    let ones = Array(repeating: 1, count: 9)
    for (layers, segment, memory) in [(2, 4, 0), (1, 3, 2), (1, 1, 0), (2, 1, 3)] {
      let model = LanguageModel<Double>(
        lively: smallConfiguration(.hyperRouter, norm: norm, layers: layers, segment: segment, memory: memory), seed: 5)
      expectSameLogits(model, [segment, segment] + ones)
    }
  }

  @Test("Prompts longer than the kernels' blocks of queries give the plain path's logits")
  func longPrompts() {
    let model = LanguageModel<Double>(lively: smallConfiguration(segment: 40, memory: 33), seed: 5)
    expectSameLogits(model, [40, 40, 7] + Array(repeating: 1, count: 70))
  }

  @Test("Any number of threads gives the same bits")
  func threads() {
    let configuration = smallConfiguration(.hyperRouter, segment: 4, memory: 5)
    let model = LanguageModel<Double>(lively: configuration, seed: 5)
    func logits(_ count: Int) -> [Tensor<Double>] {
      let workers = Workers(count: count)
      var memory = model.reader(workers: workers)
      return randomTokens(20).map { memory([$0], k: 2, workers: workers) }
    }
    #expect(logits(3) == logits(1))
  }

  @Test("A copy of a memory continues on its own")
  func copies() {
    let model = LanguageModel<Double>(lively: smallConfiguration(segment: 4, memory: 5), seed: 5)
    var memory = model.reader()
    _ = memory([1, 2, 3], k: 2, workers: .one)
    var copy = memory
    let first = memory([4], k: 2, workers: .one)
    _ = memory([0, 2], k: 2, workers: .one)
    #expect(copy([4], k: 2, workers: .one) == first)
  }

  @Test(
    "Routers with rows that are fixed decide as they did, bit for bit, and follow weights no longer; others stay",
    arguments: models)
  func fixedRouters(configuration: Configuration) throws {
    let isFixed = configuration.router.facts?.isLinear ?? true
    let model = LanguageModel<Double>(lively: configuration, seed: 5)
    let fixed = model.fixingRouters()
    let text = randomTokens(8)
    let logits = model.read(text).logits
    #expect(fixed.read(text).logits == logits)
    #expect(fixed.trainableRoutingCount == (isFixed ? 0 : model.trainableRoutingCount))
    guard isFixed else { return }
    for parameter in model.parameters where parameter.name.contains(".router.") {
      parameter.value = .zeros(parameter.value.shape)
    }
    #expect(fixed.read(text).logits == logits)
    #expect((model.read(text).logits == logits) == (model.trainableRoutingCount == 0))
  }
}

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
