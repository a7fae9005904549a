import Testing

@testable import Kernels
@testable import Tensors

@Suite("Kernels at special values")
struct SpecialValueTests {
  @Test("A sum of a million equal Floats keeps six digits")
  func accuracy() {
    let x = [Float](repeating: 0.1, count: 1_000_000)
    let sum = Kernel.sum(x, count: x.count, workers: .one)
    #expect(abs(Double(sum) / (1e6 * Double(Float(0.1))) - 1) < 1e-6)
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

  @Test("A NaN logit makes its whole row NaN and no other")
  func nanStaysInItsRow() {
    let columns = 20
    var x: [Float] = normals(3 * columns, seed: 34)
    x[columns + 3] = .nan
    let y = guarded(x) { Kernel.softmaxRows($0, rows: 3, columns: columns, into: $0, workers: .one) }
    #expect(y.indices.allSatisfy { y[$0].isNaN == ($0 / columns == 1) })
  }

  @Test("keeping() keeps the first lanes and fills the others")
  func keeping() {
    for count in 0...16 {
      let kept = SIMD16<Float>.keeping(count, of: SIMD16(repeating: 2), fill: -.infinity)
      for lane in 0..<16 { #expect(kept[lane] == (lane < count ? 2 : -.infinity)) }
    }
    for count in 0...8 {
      let kept = SIMD8<Double>.keeping(count, of: SIMD8(repeating: 2), fill: -.infinity)
      for lane in 0..<8 { #expect(kept[lane] == (lane < count ? 2 : -.infinity)) }
    }
  }
}
