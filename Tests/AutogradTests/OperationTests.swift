import Autograd
import TestSupport
import Testing

@Suite("Operations and their derivatives")
struct OperationTests {
  static let cases = arithmeticCases + structureCases + matrixCases

  @Test("Every derivative equals central differences to 1e-8", arguments: cases)
  func derivative(_ operation: GradientCase) {
    for seed: UInt64 in 1...3 { #expect(operation.disagreement(seed: seed, bound: 1e-8) == nil) }
  }

  @Test("A constant operand takes no gradient and leaves the others as they are", arguments: cases)
  func constants(_ operation: GradientCase) {
    #expect(operation.constantsFault(seed: 4) == nil)
  }

  @Test("Views as operands and as upstream gradients change nothing", arguments: cases)
  func views(_ operation: GradientCase) {
    #expect(operation.viewsFault(seed: 5) == nil)
  }

  @Test("No operation is without a gradient case, and no target with operations or layers without its tests")
  func coverage() {
    #expect(Set(Self.cases.map(\.operation)) == SourceTree.operations(of: "Autograd"))
    #expect(SourceTree.targetsWithOperations.isSuperset(of: ["Autograd", "MixtureOfExperts", "TransformerXL"]))
    for target in SourceTree.targetsWithOperations {
      #expect(SourceTree.exists("Tests/\(target)Tests/OperationTests.swift"), "operations of \(target)")
    }
    #expect(SourceTree.targetsWithLayers.isSuperset(of: ["Layers", "MixtureOfExperts"]))
    // The mixture that the Jacobian watches, and the host that an experiment routes, only pass on what others do.
    for target in SourceTree.targetsWithLayers.subtracting(["Jacobian", "Experiments"]) {
      #expect(SourceTree.exists("Tests/\(target)Tests/LayerTests.swift"), "layers of \(target)")
    }
  }
}
