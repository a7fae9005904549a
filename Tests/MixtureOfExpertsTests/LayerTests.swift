import TestSupport
import Testing

@Suite("Mixture of experts and routers: derivatives")
struct LayerTests {
  @Test("Derivatives by tokens and all trainable weights equal central differences to 1e-7", arguments: layerCases)
  func derivatives(_ layer: LayerCase) {
    for seed: UInt64 in 1...2 { #expect(layer.disagreement(seed: seed, bound: 1e-7) == nil) }
  }

  @Test("A layer lists exactly the weights that it holds", arguments: layerCases)
  func listing(_ layer: LayerCase) {
    #expect(layer.listingFault() == nil)
  }

  @Test("No layer and no router is without a gradient case")
  func coverage() {
    #expect(Set(layerCases.map(\.layer)) == SourceTree.layers(of: "MixtureOfExperts"))
  }
}
