import Foundation
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Exponential and logarithm")
struct KernelExpTests {
  func exponentials<S: Real>(_ x: [S]) -> [S] {
    sameForAnyWorkers(x) { Kernel.exp($0, into: $0, count: x.count, workers: $1) }
  }

  func logarithms<S: Real>(_ x: [S]) -> [S] {
    sameForAnyWorkers(x) { Kernel.log($0, into: $0, count: x.count, workers: $1) }
  }

  @Test("exp of Float is within 1.3e-7 of the C library over the whole range of normal results")
  func floatExponentialError() {
    // Every 4099th Float between the limits, both signs.
    var x: [Float] = []
    for bits in stride(from: UInt32(0), through: Float(88.722_83).bitPattern, by: 4099) {
      x.append(Float(bitPattern: bits))
      if bits <= Float(87.336_54).bitPattern { x.append(-Float(bitPattern: bits)) }
    }
    x += [88.722_83, -87.336_54]
    let y = exponentials(x)
    let worst = zip(x, y).map { x, y in abs(Double(y) / Foundation.exp(Double(x)) - 1) }.max() ?? .nan
    #expect(worst <= 1.3e-7, "relative error \(worst)")
  }

  @Test("exp of Double is within 3e-16 of the C library over the whole range of normal results")
  func doubleExponentialError() {
    var random = Random(seed: 11)
    var x = (0..<100_000).map { _ in random.uniform() * 1418.17 - 708.39 }
    x += (0..<100_000).map { _ in (random.uniform() - 0.5) * 4 }
    x += (0..<50_000).map { index in (random.uniform() - 0.5) * Foundation.exp(-Double(index) * 1e-3) }
    x += [709.782_712_893_384, -708.396_418_532_264_1]
    let y = exponentials(x)
    let worst = zip(x, y).map { x, y in abs(y / Foundation.exp(x) - 1) }.max() ?? .nan
    #expect(worst <= 3e-16, "relative error \(worst)")
  }

  @Test("exp is exact at 0, infinite and zero beyond its range, and NaN for NaN")
  func exponentialAtSpecialValues() {
    let x: [Float] = [0, -0.0, .infinity, -.infinity, 88.73, 89, 1e30, -87.34, -110, -1e30]
    #expect(exponentials(x) == [1, 1, .infinity, 0, .infinity, .infinity, .infinity, 0, 0, 0])
    let z: [Double] = [0, -0.0, .infinity, -.infinity, 709.79, 1e5, 1e300, -708.4, -1e5, -1e300]
    #expect(exponentials(z) == [1, 1, .infinity, 0, .infinity, .infinity, .infinity, 0, 0, 0])
    #expect(exponentials([Float.nan, -.nan, Float(bitPattern: 0x7FC0_01FF)]).allSatisfy { $0.isNaN })
    #expect(exponentials([Double.nan, -.nan, Double(bitPattern: 0x7FF8_0000_0000_0FFF)]).allSatisfy { $0.isNaN })
  }

  @Test("log is within 2 units in the last place of the C library, denormals included")
  func logarithmError() {
    var x: [Float] = stride(from: UInt32(1), to: Float.infinity.bitPattern, by: 10_007).map(Float.init(bitPattern:))
    x += (0..<50_000).map { 0.9 + Float($0) * 4e-6 }
    let errors = zip(x, logarithms(x)).map { x, y in
      let expected = Foundation.log(Double(x))
      return abs(Double(y) - expected) / Double(max(Float(abs(expected)).ulp, .leastNormalMagnitude))
    }
    #expect((errors.max() ?? .nan) <= 2, "\(errors.max() ?? .nan) units")

    var random = Random(seed: 12)
    var z: [Double] = (0..<100_000).map { _ in Double(bitPattern: random.next() >> 1) }.filter(\.isFinite)
    z += (0..<50_000).map { _ in 0.9 + 0.2 * random.uniform() }
    let doubles = zip(z, logarithms(z)).map { x, y in
      let expected = Foundation.log(x)
      return abs(y - expected) / max(expected.ulp, .leastNormalMagnitude)
    }
    #expect((doubles.max() ?? .nan) <= 2, "\(doubles.max() ?? .nan) units")
  }

  @Test("log is zero at 1, −∞ at 0, and NaN below")
  func logarithmAtSpecialValues() {
    #expect(logarithms([Float(1), 0, -0.0, .infinity]) == [0, -.infinity, -.infinity, .infinity])
    #expect(logarithms([Double(1), 0, -0.0, .infinity]) == [0, -.infinity, -.infinity, .infinity])
    #expect(logarithms([Float(-1), -.infinity, .nan, -.leastNonzeroMagnitude]).allSatisfy { $0.isNaN })
    #expect(logarithms([Double(-1), -.infinity, .nan, -.leastNonzeroMagnitude]).allSatisfy { $0.isNaN })
  }

  @Test("The last, incomplete vector gets the bits that a whole vector would", arguments: 1..<64)
  func tails(count: Int) {
    checkTail(Float.self, count)
    checkTail(Double.self, count)
  }

  func checkTail<S: Real>(_ type: S.Type, _ count: Int) {
    let x: [S] = normals(64, seed: 9, scale: 5)
    let whole = (exponentials(x), logarithms(x.map { abs($0) }))
    expectEqual(exponentials(Array(x.prefix(count))), Array(whole.0.prefix(count)), "exp")
    expectEqual(logarithms(x.prefix(count).map { abs($0) }), Array(whole.1.prefix(count)), "log")
  }
}

@Suite("Kernels at special values")
struct SpecialValueTests {
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
    func check<V: SIMD>(_ keeping: (Int, V, V.Scalar) -> V) where V.Scalar: Real {
      for count in 0...V.scalarCount {
        let kept = keeping(count, V(repeating: 2), -.infinity)
        for lane in 0..<V.scalarCount { #expect(kept[lane] == (lane < count ? 2 : -.infinity)) }
      }
    }
    check { SIMD16<Float>.keeping($0, of: $1, fill: $2) }
    check { SIMD8<Double>.keeping($0, of: $1, fill: $2) }
  }
}
