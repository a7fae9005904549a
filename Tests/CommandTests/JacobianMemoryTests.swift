import MixtureOfExperts
import Testing

@testable import Command

@Suite("The memory that the claims take")
struct JacobianMemoryTests {
  private func bytes(_ router: RouterKind, looks: Int) -> Double {
    var configuration = Configuration(
      vocabulary: 7, layers: 3, modelWidth: 10, heads: 2, headWidth: 5, expertWidth: 6, experts: 4, segment: 8,
      memory: 8, router: router)
    configuration.embeddingWidth = 5
    return configuration.bytesForJacobians(looks: looks)
  }

  @Test("Worked out by hand for 256 tokens: three matrices of 12 tokens three ways, outputs, and what every look keeps")
  func numbers() {
    let (matrices, outputs): (Int, Int) = (9 * 12 * 10 * 10, 3 * 4 * 256 * 10)
    // In each of three layers W_r, and two numbers for each token and coordinate.
    let look: Int = 3 * (4 * 10 + 2 * 256 * 10)
    // Five matrices of N(d + 1) rows and m columns.
    let generated: Int = 5 * 44 * 5
    func expected(looks: Int) -> Int { 8 * (matrices + outputs + looks * look) }
    #expect(bytes(.smoe, looks: 0) == Double(expected(looks: 0)))
    #expect(bytes(.smoe, looks: 11) == Double(expected(looks: 11)))
    #expect(bytes(.hyperRouter, looks: 2) == Double(expected(looks: 2) + 8 * generated))
  }
}
