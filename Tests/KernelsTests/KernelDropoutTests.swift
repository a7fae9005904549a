import Foundation
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Dropout")
struct KernelDropoutTests {
  /// The mask as 0 (dropped) and 1 (kept).
  func mask(rate: Float, key: UInt64, count: Int, workers: Int = 1) -> [Int] {
    let ones = [Float](repeating: 1, count: count)
    let y = guarded(ones) {
      Kernel.dropout($0, into: $0, rate: rate, key: key, count: count, workers: Workers(count: workers))
    }
    return y.map { $0 == 0 ? 0 : 1 }
  }

  @Test("Rate 0 keeps everything, and a dropped NaN or infinity is zero")
  func extremes() {
    #expect(mask(rate: 0, key: 3, count: 100_000).allSatisfy { $0 == 1 })
    let x = [Float](repeating: .nan, count: 100)
    let y = guarded(x) { Kernel.dropout($0, into: $0, rate: 0.5, key: 1, count: 100, workers: .one) }
    #expect(y.contains(0))
    #expect(y.allSatisfy { $0 == 0 || $0.isNaN })
  }

  @Test("The mask of a shorter array is the beginning of the mask of a longer one")
  func prefixes() {
    let long = mask(rate: 0.3, key: 8, count: 50_000, workers: 3)
    for count in [1, 5, 16, 33, 16_384, 16_385, 40_001] {
      #expect(mask(rate: 0.3, key: 8, count: count) == Array(long.prefix(count)))
    }
  }

  /// The mask at rate 0.5 as words: bit i of word w says whether element 64·w + i is kept.
  func words(key: UInt64, count: Int) -> [UInt64] {
    let bits = mask(rate: 0.5, key: key, count: count * 64)
    return (0..<count).map { word in (0..<64).reduce(0) { $0 | UInt64(bits[word * 64 + $1]) << $1 } }
  }

  /// The number of elements i for which a_i = b_(i + distance), by how many standard deviations it differs from half.
  func dependence(_ a: [UInt64], _ b: [UInt64], distance: Int) -> Double {
    let (skip, shift) = (distance / 64, UInt64(distance % 64))
    let count = a.count - skip - 1
    var equal = 0
    for index in 0..<count {
      let shifted = shift == 0 ? b[index + skip] : b[index + skip] >> shift | b[index + skip + 1] << (64 - shift)
      equal += (~(a[index] ^ shifted)).nonzeroBitCount
    }
    let pairs = Double(count * 64)
    return abs(Double(equal) - pairs / 2) / (pairs.squareRoot() / 2)
  }

  @Test("The share of dropped elements is the rate", arguments: [Float(0.01), 0.1, 0.5, 0.9])
  func rates(rate: Float) {
    let count = 100_000
    for key in [UInt64(0), 1, 2, 0xFFFF_FFFF_FFFF_FFFF, 1 << 32] {
      let dropped = count - mask(rate: rate, key: key, count: count).reduce(0, +)
      let deviation = (Double(rate) * Double(1 - rate) * Double(count)).squareRoot()
      #expect(abs(Double(dropped) - Double(rate) * Double(count)) < 4.5 * deviation)
    }
  }

  @Test("Elements at every distance up to 600, and at powers of two, are independent")
  func neighbours() {
    let bits = words(key: 99, count: 4096)
    for distance in Array(1...600) + (10...17).map({ 1 << $0 }) {
      #expect(dependence(bits, bits, distance: distance) < 5, "distance \(distance)")
    }
  }

  @Test("Masks of keys that differ in one bit or by one are independent, also when shifted")
  func keys() {
    let base = words(key: 1000, count: 256)
    for other in (0..<64).map({ UInt64(1000) ^ (1 << $0) }) + [999, 1001, 2000] {
      let bits = words(key: other, count: 256)
      for distance in [0, 1, 16] {
        #expect(dependence(base, bits, distance: distance) < 5, "key \(other), distance \(distance)")
      }
    }
  }

  @Test("Every position of 64 is dropped equally often over many rows and over many keys")
  func positions() {
    let rows = 4000
    let oneKey = words(key: 4, count: rows)
    #expect(chiSquared(oneKey) < 120)
    #expect(chiSquared((0..<rows).flatMap { words(key: UInt64($0), count: 1) }) < 120)
  }

  /// Σ (count − mean)² / variance over the 64 positions: 64 on average, beyond 120 less than once in 50 000.
  func chiSquared(_ words: [UInt64]) -> Double {
    let mean = Double(words.count) / 2
    return (0..<64).reduce(0) { sum, position in
      let count = Double(words.reduce(0) { $0 + Int($1 >> position & 1) })
      return sum + (count - mean) * (count - mean) / (mean / 2)
    }
  }
}
