import MixtureOfExperts
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
