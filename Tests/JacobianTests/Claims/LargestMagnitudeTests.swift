import Tensors
import Testing

@testable import Jacobian

@Suite("The largest absolute value")
struct LargestMagnitudeTests {
  @Test("It is that of a negative number too, 0 where there is none, and NaN wherever one is")
  func values() {
    func largest(_ numbers: [Double]) -> Double { Tensor([numbers.count], numbers).largestMagnitude }
    #expect(largest([1, -3, 2]) == 3 && largest([-0.0]) == 0 && largest([]) == 0)
    #expect(largest([1, -.infinity]) == .infinity)
    #expect(largest([.nan, 1]).isNaN && largest([1, .nan]).isNaN && largest([.infinity, .nan]).isNaN)
  }
}
