import Foundation
import Tensors
import TestSupport
import Testing

@testable import LinearAlgebra

@Suite("Subspaces and the angles between them")
struct SubspaceTests {
  /// The planes spanned by e₁, e₂ and by cos θ e₁ + sin θ e₃, e₂ in ℝ⁵.
  private func planes(_ angle: Double) -> (Tensor<Double>, Tensor<Double>) {
    (
      Matrices.rows([[1, 0], [0, 1], [0, 0], [0, 0], [0, 0]]),
      Matrices.rows([[cos(angle), 0], [0, 1], [sin(angle), 0], [0, 0], [0, 0]])
    )
  }

  static let angles: [Double] = [0, 1e-300, 1e-12, 1e-8, 1e-3, 0.5, .pi / 4, 0.8, 1.5, .pi / 2 - 1e-8, .pi / 2]

  @Test("Constructed angles are found, from 0 over 1e-12 to π/2", arguments: angles)
  func constructed(angle: Double) {
    let (first, second) = planes(angle)
    let found = Subspace(spannedByColumnsOf: first).principalAngles(to: Subspace(spannedByColumnsOf: second))
    #expect(mismatch(found, [0, angle], absolute: 1e-16, relative: 1e-15) == nil)
  }

  @Test("Turning both subspaces changes no angle, and neither does another basis", arguments: angles)
  func turned(angle: Double) {
    var random = Random(seed: 7)
    let (first, second) = planes(angle)
    let turn = Matrices.orthogonal(5, &random)
    let mix = Matrices.rows([[2, 1], [-1, 3]])
    let a = Subspace(spannedByColumnsOf: turn.matrixProduct(first).matrixProduct(mix))
    let b = Subspace(spannedByColumnsOf: turn.matrixProduct(second))
    #expect(mismatch(a.principalAngles(to: b), [0, angle], absolute: 2e-15) == nil)
    #expect(mismatch(b.principalAngles(to: a), [0, angle], absolute: 2e-15) == nil)
    #expect(abs(a.largestPrincipalAngle(to: b) - angle) <= 2e-15)
  }

  @Test("Subspaces of different dimensions, as scipy measures them")
  func scipy() {
    let a = Subspace(spannedByColumnsOf: Matrices.rows([[1, 2], [3, -1], [0, 1], [2, 2], [1, 0]]))
    let rows = Matrices.rows([[1, 1, 0], [3, 0, 1], [0, 1, 2], [1, 2, -1], [1, -1, 1]])
    let b = Subspace(spannedByRowsOf: rows.transposed(0, 1))
    let expected = [0.14039612392344658, 0.5864763757131287]
    #expect(mismatch(a.principalAngles(to: b), expected, relative: 1e-14) == nil)
    #expect(mismatch(b.principalAngles(to: a), expected, relative: 1e-14) == nil)
  }

  @Test("A subspace inside another has only zero angles, an orthogonal one only right ones, {0} none")
  func extremes() {
    var random = Random(seed: 8)
    let turn = Matrices.orthogonal(20, &random)
    let large = Subspace(spannedByColumnsOf: turn.sliced(1, 0..<9))
    let inside = Subspace(spannedByColumnsOf: turn.sliced(1, 2..<6))
    let outside = Subspace(spannedByColumnsOf: turn.sliced(1, 12..<15))
    let nothing = Subspace(spannedByColumnsOf: .zeros([20, 3]))
    #expect(mismatch(large.principalAngles(to: inside), [0, 0, 0, 0], absolute: 2e-15) == nil)
    let right = [Double](repeating: .pi / 2, count: 3)
    #expect(mismatch(large.principalAngles(to: outside), right, absolute: 2e-15) == nil)
    #expect(nothing.dimension == 0 && large.principalAngles(to: nothing).isEmpty)
    #expect(nothing.largestPrincipalAngle(to: large) == 0)
  }

  @Test("Bases span the columns and the rows of a matrix of lower rank: what is removed is everything")
  func spans() {
    var random = Random(seed: 9)
    let matrix = Matrices.random(30, 12, rank: 5, &random)
    let (columns, rows) = (
      Subspace(spannedByColumnsOf: matrix), Subspace(spannedByRowsOf: matrix)
    )
    #expect(columns.dimension == 5 && columns.ambientDimension == 30)
    #expect(rows.dimension == 5 && rows.ambientDimension == 12)
    let scale = SingularValues(of: matrix).largest
    #expect(columns.removed(from: matrix).sumOfSquares().squareRoot() < 1e-14 * scale)
    #expect(rows.removed(from: matrix.transposed(0, 1)).sumOfSquares().squareRoot() < 1e-14 * scale)
    let other = Tensor<Double>.normal([30, 1], random: &random)
    let rest = columns.removed(from: other)
    let products = columns.basis.transposed(0, 1).matrixProduct(rest)
    #expect(mismatch(products.scalars, [Double](repeating: 0, count: 5), absolute: 1e-14) == nil)
  }
}
