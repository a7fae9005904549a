import MixtureOfExperts
import Testing

@testable import TransformerXL

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
}
