import Foundation
import Kernels
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Sums and other reductions")
struct KernelSumsTests {
  @Test("A sum of a million equal Floats keeps six digits")
  func accuracy() {
    let x = [Float](repeating: 0.1, count: 1_000_000)
    let sum = Kernel.sum(x, count: x.count, workers: .one)
    #expect(abs(Double(sum) / (1e6 * Double(Float(0.1))) - 1) < 1e-6)
  }

  @Test("maximum finds the largest element wherever it is, and passes over NaN")
  func maximum() {
    checkMaximum(Float.self)
    checkMaximum(Double.self)
  }

  func checkMaximum<S: Real>(_ type: S.Type) {
    for count in [1, 7, 8, 15, 16, 17, 63, 64, 100] {
      for place in 0..<count {
        var x = normals(count, seed: 23).map { (value: S) in -1 - abs(value) }
        x[place] = -0.5
        #expect(Kernel.maximum(x, count: count) == -0.5)
        if count > 1 {
          x[(place + 1) % count] = .nan
          #expect(Kernel.maximum(x, count: count) == -0.5)
        }
      }
    }
    #expect(Kernel.maximum([S](), count: 0) == -.infinity)
    #expect(Kernel.maximum([S](repeating: -.infinity, count: 5), count: 5) == -.infinity)
  }

  @Test("allFinite notices one infinity or NaN anywhere")
  func finiteness() {
    checkFiniteness(Float.self)
    checkFiniteness(Double.self)
  }

  func checkFiniteness<S: Real>(_ type: S.Type) {
    #expect(Kernel.allFinite([S](), count: 0))
    for count in [1, 7, 8, 15, 16, 17, 63, 64, 100] {
      var x = [S](repeating: .greatestFiniteMagnitude, count: count)
      #expect(Kernel.allFinite(x, count: count))
      for place in 0..<count {
        for bad in [S.infinity, -.infinity, .nan] {
          x[place] = bad
          #expect(!Kernel.allFinite(x, count: count))
        }
        x[place] = -.greatestFiniteMagnitude
      }
    }
  }
}
