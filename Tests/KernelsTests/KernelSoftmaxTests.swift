import Foundation
import Kernels
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Softmax over rows")
struct KernelSoftmaxTests {
  @Test("A NaN logit makes its whole row NaN and no other")
  func nanStaysInItsRow() {
    let columns = 20
    var x: [Float] = normals(3 * columns, seed: 34)
    x[columns + 3] = .nan
    let y = guarded(x) { Kernel.softmaxRows($0, rows: 3, columns: columns, into: $0, workers: .one) }
    #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 / columns == 1) })
  }
}
