import Foundation
import Kernels
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Element-wise kernels")
struct KernelElementwiseTests {
  @Test("The rectifier passes NaN on, and its derivative is zero at zero")
  func rectifierAtSpecialValues() {
    let least = Float.leastNonzeroMagnitude
    let x: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, least, -least]
    let y = guarded(x) { Kernel.relu($0, into: $0, count: x.count, workers: .one) }
    #expect(y[0].isNaN)
    #expect(Array(y.dropFirst()) == [.infinity, 0, 0, 0, least, 0])
    let dy = [Float](repeating: 3, count: x.count)
    let dx = guarded(dy) { Kernel.reluBackward($0, output: y, into: $0, count: x.count, workers: .one) }
    #expect(dx == [0, 3, 0, 0, 0, 3, 0])
  }
}
