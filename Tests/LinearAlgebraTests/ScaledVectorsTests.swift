import Foundation
import Tensors
import TestSupport
import Testing

@testable import LinearAlgebra

@Suite("Vectors with a power of two each")
struct ScaledVectorsTests {
  @Test("A number times a power of two is rounded once, whatever the power, as the C library's scalbn does it")
  func scaling() {
    let numbers = [
      1, -1.1, 1.5, 0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude, .pi,
      Double(sign: .plus, exponent: -500, significand: 1.3), Double(sign: .minus, exponent: 700, significand: 1.7),
    ]
    for exponent in Array(-2200...2200) + [-100_000, 100_000] {
      for number in numbers {
        #expect(number.scaled(byPowerOfTwo: exponent) == scalbn(number, exponent), "\(number) · 2^\(exponent)")
      }
    }
  }

  @Test("Rows of any size become rows whose largest entry is in [1, 2), and their powers make them again")
  func normalizing() {
    let rows = [
      [3, -4, 0], [0, 0, 0], [1e-300, 2e-300, -1e-301], [-1.7e308, 1, 0], [.leastNonzeroMagnitude, 0, 0],
    ]
    let vectors = ScaledVectors(rowsOf: Matrices.rows(rows))
    #expect(vectors.count == 5 && vectors.length == 3 && vectors.exponents[1] == 0)
    for (index, row) in rows.enumerated() {
      let scaled = (0..<3).map { vectors.rows[index, $0] }
      let largest = scaled.map(abs).max() ?? 0
      #expect(index == 1 ? largest == 0 : largest >= 1 && largest < 2)
      #expect(scaled.map { $0.scaled(byPowerOfTwo: vectors.exponents[index]) } == row)
    }
  }
}
