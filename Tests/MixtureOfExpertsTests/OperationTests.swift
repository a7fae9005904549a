import Autograd
import TestSupport
import Testing

@Suite("Operations between tokens and experts, and their derivatives")
struct OperationTests {
  @Test("Every derivative equals central differences to 1e-8", arguments: operationCases)
  func derivative(_ operation: GradientCase) {
    for seed: UInt64 in 1...3 { #expect(operation.disagreement(seed: seed, bound: 1e-8) == nil) }
  }

  @Test("A constant operand takes no gradient and leaves the others as they are", arguments: operationCases)
  func constants(_ operation: GradientCase) {
    #expect(operation.constantsFault(seed: 4) == nil)
  }

  @Test("Views as operands and as upstream gradients change nothing", arguments: operationCases)
  func views(_ operation: GradientCase) {
    #expect(operation.viewsFault(seed: 5) == nil)
  }

  @Test("No operation is without a gradient case")
  func coverage() {
    #expect(Set(operationCases.map(\.operation)) == SourceTree.operations(of: "MixtureOfExperts"))
  }
}
