import Foundation
import Hosts
import MixtureOfExperts
import TestSupport
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  @Test("The number of weights is known before there are any", arguments: RouterKind.allCases)
  func weightCount(router: RouterKind) {
    for (layers, depth, isShared) in [(1, 2, false), (2, 2, true), (3, 4, false), (2, 3, true)] {
      var configuration = smallConfiguration(router, layers: layers)
      configuration.hypernetworkDepth = depth
      configuration.sharesHypernetwork = isShared
      let model = LanguageModel<Float>(configuration, seed: 1)
      let count = model.trainableCount + model.frozen.reduce(0) { $0 + $1.value.count }
      #expect(configuration.weightCount == count)
      #expect(configuration.trainedCount == model.trainableCount)
    }
  }

  @Test("The largest acceptable sizes have a number of weights, too")
  func noOverflow() throws {
    typealias Limits = Configuration.Limits
    for router in RouterKind.allCases {
      var configuration = Configuration(
        vocabulary: Limits.vocabulary.upperBound, layers: Limits.layers.upperBound,
        modelWidth: Limits.modelWidth.upperBound, heads: Limits.heads.upperBound,
        headWidth: Limits.headWidth.upperBound, expertWidth: Limits.expertWidth.upperBound,
        experts: Limits.experts.upperBound, segment: Limits.segment.upperBound, memory: Limits.memory.upperBound,
        router: router)
      configuration.embeddingWidth = Limits.embeddingWidth.upperBound
      configuration.hypernetworkWidth = Limits.hypernetworkWidth.upperBound
      configuration.hypernetworkDepth = Limits.hypernetworkDepth.upperBound
      try configuration.validate()
      #expect(configuration.weightCount > 1 << 50)
      #expect(configuration.activationCount(batch: 65536, k: 4096).isFinite)
    }
  }

  @Test("What a step keeps: probabilities, contexts, hidden units, and rows of every token, in every layer")
  func activations() {
    // V 5, L 2, d 4, H 2, d_h 3, f 3, N 3, T 3, M 2; B 7, k 2: 21 tokens, 5 keys.
    let configuration = smallConfiguration()
    let count = configuration.activationCount(batch: 7, k: 2)
    let (probabilities, contexts, positions) = (7 * 2 * 3 * 5, 7 * 5 * (4 + 2 * 6), 5 * 6)
    let (ofAnExpert, ofAToken) = (2 * 3 + 2 * 4, 8 * 4 + 2 * 6 + 2 * 3)
    let layer = probabilities + contexts + positions + 21 * (2 * ofAnExpert + ofAToken)
    #expect(count == Double(2 * layer + 21 * 3 * 5 + 5 * 4))
    var dense = configuration
    dense.router = .dense
    // N·f hidden units twice in place of k experts' rows.
    let less = 2 * 21 * (2 * ofAnExpert - 2 * 9)
    #expect(count - dense.activationCount(batch: 7, k: 2) == Double(less))
  }

  @Test(
    "A configuration begins with the release's defaults: softmax first, post-norm, dropout 0.1, m = d, s = 256, own 𝓗")
  func defaults() {
    let configuration = Configuration(
      vocabulary: 5, layers: 1, modelWidth: 6, heads: 1, headWidth: 2, expertWidth: 3, experts: 4, segment: 7,
      memory: 8, router: .hyperRouter)
    #expect(configuration.gateOrder == .softmaxThenTopK && configuration.norm == .post)
    #expect(configuration.dropout == 0.1 && configuration.attentionDropout == 0)
    #expect(configuration.embeddingWidth == 6 && configuration.hypernetworkWidth == 256)
    #expect(configuration.hypernetworkDepth == 2 && !configuration.sharesHypernetwork)
  }

  @Test(
    "Routing trains N(d+1) numbers a layer, m or N·m where they are generated, none where they are fixed or not there")
  func routingCount() {
    let known: [RouterKind: Int] = [
      .smoe: 3 * 5, .smoeDropout: 0, .hyperRouter: 2, .coordinateWise: 3 * 2, .dense: 0, .denseDropout: 0,
    ]
    for router in RouterKind.allCases {
      let facts = router.facts?.outline(smallConfiguration(router).routerSizes).trainableCount ?? 0
      let count = known[router] ?? facts
      #expect(count == facts, "\(router)")
      let model = LanguageModel<Float>(smallConfiguration(router, layers: 3), seed: 1)
      #expect(model.trainableRoutingCount == 3 * count, "\(router)")
    }
  }

  @Test("An error says which setting, what was found and what was expected")
  func message() {
    var configuration = smallConfiguration()
    configuration.modelWidth = 5
    #expect(throws: ConfigurationError("modelWidth", found: 5, expected: "an even number (half sines, half cosines)")) {
      try configuration.validate()
    }
    configuration.modelWidth = 4
    configuration.heads = -2
    do {
      try configuration.validate()
      Issue.record("-2 heads were accepted")
    } catch {
      #expect(error.description == "heads: found -2, expected 1 to 256")
    }
  }

  @Test("A matched scale with one 𝓗 for all layers is refused: it cannot give each layer its own")
  func shared() throws {
    var configuration = smallConfiguration(.coordinateWise)
    configuration.sharesHypernetwork = true
    configuration.routerScale = .matched
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
    configuration.routerScale = .factor(2)
    try configuration.validate()
    configuration.routerScale = .factor(0)
    #expect(throws: ConfigurationError.self) { try configuration.validate() }
  }

  @Test("Training paper-small needs 39.5 MFLOP a token, tiny 0.948")
  func publishedNumbers() {
    let paperSmall = Configuration(
      vocabulary: 65, layers: 4, modelWidth: 256, heads: 8, headWidth: 64, expertWidth: 512, experts: 16,
      segment: 128, memory: 128, router: .smoe)
    let tiny = Configuration(
      vocabulary: 65, layers: 2, modelWidth: 64, heads: 4, headWidth: 16, expertWidth: 128, experts: 8, segment: 64,
      memory: 64, router: .smoe)
    #expect(abs(6 * paperSmall.multiplyAddsPerToken(batch: 8, k: 2) * 1e-6 - 39.5) < 0.05)
    #expect(abs(6 * tiny.multiplyAddsPerToken(batch: 16, k: 2) * 1e-6 - 0.948) < 0.0005)
  }

  @Test("Work grows with k by two matrices of an expert, with N by one row of the router")
  func workGrowth() {
    var configuration = Configuration(
      vocabulary: 10, layers: 3, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 16, experts: 4, segment: 5,
      memory: 7, router: .smoe)
    let work = configuration.multiplyAddsPerToken(batch: 2, k: 1)
    #expect(configuration.multiplyAddsPerToken(batch: 2, k: 2) - work == 3 * 2 * 8 * 16)
    configuration.experts = 6
    #expect(configuration.multiplyAddsPerToken(batch: 2, k: 1) - work == 3 * 8 * 2)
  }

  @Test("A host is stored by its name; Transformer-XL is written as always, without one; an unknown name is refused")
  func hosts() throws {
    var configuration = smallConfiguration()
    let plain = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
    #expect(!plain.contains("host"))
    let named = plain.replacing("{", with: #"{"host":"transformer-xl","#)
    try JSONDecoder().decode(Configuration.self, from: Data(named.utf8)).validate()
    configuration.host = HostKind(rawValue: "elsewhere")
    let read = try JSONDecoder().decode(Configuration.self, from: try JSONEncoder().encode(configuration))
    #expect(read == configuration)
    #expect(throws: ConfigurationError("host", found: "elsewhere", expected: "transformer-xl")) { try read.validate() }
  }

  @Test("A host that brings its own facts needs no place in the list")
  func ownFacts() throws {
    let configuration = Configuration.smallDecoder(.smoe)
    try configuration.validate()
    let model = LanguageModel<Float>(configuration, seed: 1)
    #expect(model.host is SmallDecoder<Float>)
    #expect(configuration.weightCount == model.parameters.reduce(0) { $0 + $1.value.count })
    #expect(configuration.stateShapes(batch: 2, read: 5).isEmpty)
    var remembering = configuration
    remembering.memory = 1
    #expect(throws: ConfigurationError("memory", found: 1, expected: "0: this host has none")) {
      try remembering.validate()
    }
  }
}
