import Kernels
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Multiply-add peak")
struct MultiplyAddPeakTests {
  @Test("Two threads reach about what one does, or twice it: not all their runs counted as one, nor one as several")
  func threads() {
    let (one, two) = (
      MultiplyAddPeak.gigaflops(Float.self, repeats: 20),
      MultiplyAddPeak.gigaflops(Float.self, repeats: 20, workers: Workers(count: 2))
    )
    #expect(two > 0.3 * one && two < 2.6 * one, "\(one) and \(two) GFLOP/s")
  }

  @Test("The measured peak is a positive rate, and no product exceeds twice it")
  func plausible() {
    let peak = MultiplyAddPeak.gigaflops(Float.self, repeats: 20)
    #expect(peak > 0.1 && peak.isFinite)
    #expect(MultiplyAddPeak.gigaflops(Double.self, repeats: 1) > 0.05)
    let size = 256
    let numbers = [Float](repeating: 0.5, count: size * size)
    var result = numbers
    var fastest = Duration.seconds(1)
    numbers.withUnsafeBufferPointer { factor in
      result.withUnsafeMutableBufferPointer { c in
        guard let factor = factor.baseAddress, let c = c.baseAddress else { return }
        let matrix = MatrixOperand(factor, rowStride: size)
        let product = MatrixProduct(
          rows: size, columns: size, depth: size, a: matrix, b: matrix, c: c, cRowStride: size)
        for _ in 0..<10 { fastest = min(fastest, ContinuousClock().measure { product.multiply(workers: .one) }) }
      }
    }
    #expect(2 * Double(size * size * size) / (fastest / .nanoseconds(1)) < 2 * peak)
  }
}
