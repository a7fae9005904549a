import Tensors
import TestSupport
import Testing

@testable import LinearAlgebra

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
