import Autograd
import Foundation
import Layers
import MixtureOfExperts
import Tensors
import TestSupport
import Testing

@testable import TransformerXL

/// N(0, 0.02²) for weights, N(1, 0.02²) for gains, N(0, 1) for e, 0 for biases; each from its seed and its name.
@Suite("Initial weights")
struct InitialWeightsTests {
  /// All weights by name, trainable or not.
  private func weights(_ configuration: Configuration, seed: UInt64) -> [String: [Float]] {
    let model = LanguageModel<Float>(configuration, seed: seed)
    let all = model.parameters.map { ($0.name, $0.value.scalars) } + model.frozen.map { ($0.name, $0.value.scalars) }
    return Dictionary(uniqueKeysWithValues: all)
  }

  /// What weights that are not N(0, 0.02²) are drawn from.
  private func drawn(_ name: String) -> (mean: Float, deviation: Float) {
    if name.hasSuffix(".gain") { return (1, 0.02) }
    if name.contains(".router.embedding") { return (0, 1) }
    return name.hasSuffix(".router.logScale") ? (-log(0.07), 0) : (0, 0.02)
  }

  @Test("The same seed gives the same bits, another seed other numbers", arguments: RouterKind.allCases)
  func seedDecides(router: RouterKind) {
    let first = weights(smallConfiguration(router), seed: 7)
    #expect(first == weights(smallConfiguration(router), seed: 7))
    let other = weights(smallConfiguration(router), seed: 8)
    for (name, values) in first where !name.contains("bias") && drawn(name).deviation != 0 {
      #expect(other[name] != values, "\(name)")
    }
  }

  @Test("Models that differ in the router share all other weights, bit for bit")
  func routersChangeNothingElse() {
    let kinds = RouterKind.allCases.filter(\.isSparse)
    let rest = kinds.map { kind in weights(smallConfiguration(kind), seed: 7).filter { !$0.key.contains(".router.") } }
    #expect(rest[0].count == 28)
    #expect(rest.dropFirst().allSatisfy { $0 == rest[0] })
    let dense = weights(smallConfiguration(.dense), seed: 7).filter { !$0.key.contains(".dense.") }
    #expect(dense.count == 20)
    for (name, values) in dense { #expect(rest[0][name] == values, "\(name)") }
    // The fixed router of SMoE-Dropout is the one that SMoE starts from.
    #expect(weights(smallConfiguration(.smoe), seed: 7) == weights(smallConfiguration(.smoeDropout), seed: 7))
  }

  @Test("Standard deviations are 0.02, of gains about 1 and of e 1; biases are 0", arguments: RouterKind.allCases)
  func spreadIsAsPublished(router: RouterKind) {
    var configuration = Configuration(
      vocabulary: 50, layers: 1, modelWidth: 48, heads: 3, headWidth: 16, expertWidth: 32, experts: 8, segment: 8,
      memory: 8, router: router)
    configuration.hypernetworkWidth = 24
    for (name, values) in weights(configuration, seed: 9) {
      if name.contains("bias") {
        #expect(values.allSatisfy { $0 == 0 }, "\(name)")
        continue
      }
      let (mean, deviation) = drawn(name)
      let n = Float(values.count)
      let average = values.reduce(0, +) / n
      let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
      // Five standard errors of the mean and of the standard deviation.
      #expect(abs(average - mean) <= 5 * deviation / n.squareRoot(), "\(name): mean \(average)")
      #expect(abs(spread - deviation) <= 5 * deviation / (2 * n).squareRoot(), "\(name): deviation \(spread)")
    }
  }

  @Test("Names of weights are unique, whether layers share a hypernetwork or not", arguments: [false, true])
  func namesAreUnique(sharing: Bool) {
    var configuration = smallConfiguration(.hyperRouter)
    configuration.sharesHypernetwork = sharing
    let model = LanguageModel<Double>(configuration, seed: 1)
    let names = model.parameters.map(\.name) + model.frozen.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(model.frozen.count == (sharing ? 4 : 8))
  }
}

/// The confounders beside the router: how large W_r begins, and how far a step of e moves it.
@Suite("Initial scale of routers")
struct InitialScaleTests {
  private let linear = RouterKind.allCases.filter { $0.facts?.isLinear == true }

  private func model(
    _ router: RouterKind, seed: UInt64 = 3, _ change: (inout Configuration) -> Void = { _ in }
  ) -> LanguageModel<Double> {
    var configuration = Configuration(
      vocabulary: 20, layers: 2, modelWidth: 64, heads: 2, headWidth: 8, expertWidth: 8, experts: 8, segment: 8,
      memory: 8, router: router)
    change(&configuration)
    return LanguageModel(configuration, seed: seed)
  }

  private func rows(_ model: LanguageModel<Double>) throws -> [Tensor<Double>] {
    try model.mixtures.map { try #require($0.router as? any LinearRouter<Double>).weights(on: .evaluating()).W_r.value }
  }

  private func rootMeanSquares(_ model: LanguageModel<Double>) throws -> [Double] {
    try rows(model).map { ($0.sumOfSquares() / Double($0.count)).squareRoot() }
  }

  @Test("A name is release, matched or a factor above 0; nothing else is")
  func names() {
    #expect(InitialScale(rawValue: "release") == .release && InitialScale(rawValue: "matched") == .matched)
    #expect(InitialScale(rawValue: "0.25") == .factor(0.25) && InitialScale(rawValue: "1e3") == .factor(1000))
    #expect(InitialScale(rawValue: "1000000") == .factor(1_000_000))
    for text in ["", "0", "-1", "nan", "infinity", "1e7", "1000001", "0x10", "Matched", "1,5"] {
      #expect(InitialScale(rawValue: text) == nil, "\(text)")
    }
    for scale in [InitialScale.release, .matched, .factor(0.1)] {
      #expect(InitialScale(rawValue: scale.rawValue) == scale)
    }
  }

  @Test("Matched: W_r of every linear router begins with the root mean square of HyperRouter's, layer by layer")
  func matched() throws {
    for seed in [1, 2] as [UInt64] {
      let expected = try rootMeanSquares(model(.hyperRouter, seed: seed))
      #expect(Set(expected).count == 2, "layers differ")
      for router in linear {
        let found = try rootMeanSquares(model(router, seed: seed) { $0.routerScale = .matched })
        #expect(mismatch(found, expected, relative: 1e-12) == nil, "\(router)")
      }
      // What is matched was not equal before, and HyperRouter itself keeps its bits.
      let released = try rootMeanSquares(model(.smoe, seed: seed))
      #expect(zip(expected, released).allSatisfy { $0 / $1 > 1.3 }, "\(expected) \(released)")
      let itself = try rows(model(.hyperRouter, seed: seed) { $0.routerScale = .matched })
      #expect(itself == (try rows(model(.hyperRouter, seed: seed))))
    }
  }

  @Test("A factor multiplies W_r, and nothing outside the router", arguments: [0.5, 3])
  func factor(_ factor: Double) throws {
    for router in linear {
      let (plain, scaled) = (model(router), model(router) { $0.routerScale = .factor(factor) })
      for (before, after) in zip(try rows(plain), try rows(scaled)) {
        #expect(mismatch(after.scalars, before.scaled(by: factor).scalars, relative: 1e-12) == nil, "\(router)")
      }
      for (before, after) in zip(plain.parameters, scaled.parameters) where !before.name.contains(".router.") {
        #expect(before.value == after.value, "\(before.name)")
      }
    }
  }

  @Test("A smaller e gives the same W_r and b_r, and its steps move W_r farther by as much", arguments: [0.02, 8])
  func embedding(_ factor: Double) throws {
    for router in [RouterKind.hyperRouter, .coordinateWise] {
      let (plain, scaled) = (model(router), model(router) { $0.embeddingScale = .factor(factor) })
      let before = try rows(plain)
      for (before, after) in zip(before, try rows(scaled)) {
        #expect(mismatch(after.scalars, before.scalars, absolute: 1e-12, relative: 1e-9) == nil, "\(router)")
      }
      func moved(_ model: LanguageModel<Double>) throws -> [Tensor<Double>] {
        for parameter in model.routerParameters {
          parameter.value = parameter.value + Tensor(parameter.value.shape, repeating: 1e-7)
        }
        return zip(try rows(model), before).map { $0 - $1 }
      }
      for (slow, fast) in zip(try moved(plain), try moved(scaled)) {
        let bound = fast.scalars.map { abs($0) }.max() ?? 0
        #expect(
          mismatch(fast.scaled(by: factor).scalars, slow.scalars, absolute: 2e-3 * bound * factor) == nil, "\(router)")
      }
    }
  }

  @Test("Matched: a step of ±η in every entry of e moves an entry of W_r by η in the root mean square, as SMoE's")
  func speed() throws {
    var squares: [Double] = []
    for seed in 1...12 as ClosedRange<UInt64> {
      let model = model(.hyperRouter, seed: seed) { $0.embeddingScale = .matched }
      let before = try rows(model)
      var random = Random(seed: seed)
      let η = 1e-7
      for parameter in model.routerParameters {
        let signs = (0..<parameter.value.count).map { _ in random.below(2) == 0 ? -η : η }
        parameter.value = parameter.value + Tensor(parameter.value.shape, signs)
      }
      for (after, before) in zip(try rows(model), before) {
        let change = after - before
        squares.append(change.sumOfSquares() / Double(change.count) / (η * η))
      }
    }
    let mean = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    #expect(squares.count == 24 && abs(mean - 1) < 0.1, "\(mean)")
    // The release's e moves W_r 28 times less at these sizes: 0.02² √(256·64/2).
    let sizes = model(.hyperRouter).configuration.routerSizes
    let gain = try #require(RouterKind.hyperRouter.facts?.hypernetwork(sizes)).gain
    #expect(abs(gain - 0.0362) < 1e-4)
  }

  @Test("The gain of 𝓗 is the root mean square of what it generates, for two maps and for three", arguments: [2, 3])
  func gain(depth: Int) throws {
    let squares = try (1...16 as ClosedRange<UInt64>).flatMap { seed in
      try rootMeanSquares(model(.hyperRouter, seed: seed) { $0.hypernetworkDepth = depth }).map { $0 * $0 }
    }
    var sizes = model(.hyperRouter).configuration
    sizes.hypernetworkDepth = depth
    let gain = try #require(RouterKind.hyperRouter.facts?.hypernetwork(sizes.routerSizes)).gain
    let mean = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    #expect(abs(mean / gain - 1) < 0.1, "\(mean) \(gain)")
  }

  @Test("A configuration that says nothing of scales is written as it always was")
  func coding() throws {
    let plain = smallConfiguration(.hyperRouter)
    let text = String(decoding: try JSONEncoder().encode(plain), as: UTF8.self)
    #expect(!text.contains("Scale"))
    var scaled = plain
    (scaled.routerScale, scaled.embeddingScale) = (.factor(0.5), .matched)
    #expect(try JSONDecoder().decode(Configuration.self, from: JSONEncoder().encode(scaled)) == scaled)
  }
}
