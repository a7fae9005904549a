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
