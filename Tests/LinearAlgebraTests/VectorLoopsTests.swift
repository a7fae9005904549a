import Foundation
import Tensors
import TestSupport
import Testing

@testable import LinearAlgebra

@Suite("The inner loops of the decompositions")
struct VectorLoopsTests {
  /// Around and beyond 8, 16 and 32 numbers, which the loops take at once.
  private static let counts = Array(0...70)

  private func numbers(_ count: Int, seed: UInt64) -> [Double] {
    let tensor: Tensor<Double> = sample([count], seed: seed)
    return tensor.scalars
  }

  @Test("x·y, y − s·x and a rotation are their definitions for every number of entries, and end where they should")
  func definitions() {
    for count in Self.counts {
      let (x, y) = (numbers(count + 1, seed: 1), numbers(count + 1, seed: 2))
      let dot = (0..<count).reduce(0) { $0 + x[$1] * y[$1] }
      #expect(mismatch([VectorLoops.dot(x, y, count: count)], [dot], absolute: 1e-13) == nil, "\(count)")

      var difference = y
      let squares = VectorLoops.subtract(x, times: 0.3, from: &difference, count: count)
      let expected = (0...count).map { $0 < count ? y[$0] - 0.3 * x[$0] : y[$0] }
      #expect(mismatch(difference, expected, absolute: 1e-15) == nil, "\(count)")
      let sum = expected.prefix(count).reduce(0) { $0 + $1 * $1 }
      #expect(mismatch([squares], [sum], absolute: 1e-15, relative: 1e-14) == nil, "\(count)")

      var (left, right) = (x, y)
      let sums = VectorLoops.rotate(&left, &right, a: 0.6, b: 0.7, d: 0.2, count: count)
      var (newX, newY) = (x, y)
      var (xSquares, ySquares) = (0.0, 0.0)
      for i in 0..<count {
        newX[i] = x[i] + 0.6 * y[i] - 0.2 * x[i]
        newY[i] = y[i] - 0.7 * x[i] - 0.2 * y[i]
        xSquares += newX[i] * newX[i]
        ySquares += newY[i] * newY[i]
      }
      #expect(mismatch(left, newX, absolute: 1e-15) == nil, "\(count)")
      #expect(mismatch(right, newY, absolute: 1e-15) == nil, "\(count)")
      #expect(mismatch([sums.x, sums.y], [xSquares, ySquares], absolute: 1e-15, relative: 1e-14) == nil, "\(count)")

      (left, right) = (x, y)
      VectorLoops.swap(&left, &right, count: count)
      #expect(left == y.dropLast() + [x[count]] && right == x.dropLast() + [y[count]], "\(count)")
    }
  }

  @Test("A norm is exact where it can be, from subnormal numbers to the largest, whose squares are 0 and infinite")
  func norms() {
    // 3² + 4² + 12² + 84² + 132² = 157².
    let legs: [Double] = [3, -4, 12, 84, -132]
    for exponent in -1074...1015 {
      let unit = Double(sign: .plus, exponent: exponent, significand: 1)
      let entries = legs.map { $0 * unit }
      #expect(VectorLoops.norm(entries, count: 2) == 5 * unit, "2^\(exponent)")
      #expect(VectorLoops.norm(entries, count: 3) == 13 * unit, "2^\(exponent)")
      #expect(VectorLoops.norm(entries, count: 4) == 85 * unit, "2^\(exponent)")
      #expect(VectorLoops.norm(entries, count: 5) == 157 * unit, "2^\(exponent)")
    }
    #expect(VectorLoops.norm([0, -0.0, 0], count: 3) == 0 && VectorLoops.norm([1], count: 0) == 0)
  }
}

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

@Suite("One-sided Jacobi rotations")
struct OneSidedJacobiTests {
  @Test("Parallel vectors, each no longer than all before it together, become one: no square overflows on the way")
  func growing() {
    // Four of each length: the first vector takes up all others, and grows until its square is beyond the largest number.
    let count = 4 * 518
    let lengths = (0..<count).map { Double(sign: .plus, exponent: $0 / 4, significand: 1) }
    let longest = lengths[count - 1]
    #expect((longest * longest).isInfinite)
    let jacobi = OneSidedJacobi(ScaledVectors(rowsOf: Tensor([count, 1], lengths)), keepsRotations: false)
    let norms = (0..<count).map { jacobi.norms[$0].scaled(byPowerOfTwo: jacobi.vectors.exponents[$0]) }
    let expected = longest * lengths.reduce(0) { $0 + ($1 / longest) * ($1 / longest) }.squareRoot()
    #expect(mismatch([norms.max() ?? 0], [expected], relative: 1e-12) == nil)
    #expect(norms.count { $0 > 1e-12 * expected } == 1, "nothing is left of the others")
  }

  @Test("X·W has the same bits with and without W, W is orthogonal, and its product is orthogonal")
  func rotations() throws {
    let columns: Tensor<Double> = sample([7, 9], seed: 1)
    let vectors = ScaledVectors(rowsOf: columns)
    let (with, without) = (
      OneSidedJacobi(vectors, keepsRotations: true), OneSidedJacobi(vectors, keepsRotations: false)
    )
    #expect(with.vectors.rows == without.vectors.rows && with.norms == without.norms && without.rotations == nil)
    let W = try #require(with.rotations)
    let identity = Matrices.identity(7).scalars
    #expect(mismatch(W.matrixProduct(W.transposed(0, 1)).scalars, identity, absolute: 1e-14) == nil)
    let units = Matrices.make(7, 9) { i, j in with.vectors.rows[i, j] / with.norms[i] }
    #expect(mismatch(units.matrixProduct(units.transposed(0, 1)).scalars, identity, absolute: 1e-14) == nil)
    let rotated = Matrices.make(7, 9) { i, j in
      with.vectors.rows[i, j].scaled(byPowerOfTwo: with.vectors.exponents[i])
    }
    #expect(mismatch(W.matrixProduct(columns).scalars, rotated.scalars, absolute: 1e-13) == nil)
  }
}
