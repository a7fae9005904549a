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

@Suite("Cosine similarity")
struct CosineSimilarityTests {
  @Test("Known cosines, at any length, and 0 for a zero vector")
  func known() {
    let cases: [(x: [Double], y: [Double], cosine: Double)] = [
      ([1, 0], [0, 5], 0), ([1, 2], [2, 4], 1), ([1, 2], [-3, -6], -1), ([3, 4], [4, 3], 0.96),
      ([3e200, 4e200], [4e-200, 3e-200], 0.96), ([0, 0], [1, 2], 0), ([0, 0], [0, 0], 0),
    ]
    for (x, y, cosine) in cases {
      let found = Tensor([2], x).cosineSimilarity(to: Tensor([2], y))
      #expect(mismatch([found], [cosine], absolute: 4e-16) == nil, "\(x) \(y)")
    }
  }

  @Test("Shapes count as vectors of all their entries, and no rounding leads beyond ±1")
  func bounds() {
    var random = Random(seed: 10)
    for _ in 0..<200 {
      let x = Tensor<Double>.normal([3, 5], random: &random)
      #expect(x.cosineSimilarity(to: 3 * x) <= 1 && x.cosineSimilarity(to: -x) >= -1)
      #expect(x.cosineSimilarity(to: 3 * x) > 1 - 1e-15)
    }
    #expect(Tensor([2, 2], [1.0, 0, 0, 1]).cosineSimilarity(to: Tensor([2, 2], [1.0, 0, 0, -1])) == 0)
  }
}

/// Matrices that the tests of linear algebra share.
enum Matrices {
  /// A matrix from its rows.
  static func rows(_ rows: [[Double]]) -> Tensor<Double> {
    Tensor([rows.count, rows.first?.count ?? 0], rows.flatMap { $0 })
  }

  /// A matrix from a formula.
  static func make(_ m: Int, _ n: Int, _ entry: (_ row: Int, _ column: Int) -> Double) -> Tensor<Double> {
    rows((0..<m).map { i in (0..<n).map { entry(i, $0) } })
  }

  static func identity(_ n: Int) -> Tensor<Double> { make(n, n) { $0 == $1 ? 1 : 0 } }

  /// An orthogonal matrix: the product of three random reflections.
  static func orthogonal(_ n: Int, _ random: inout Random) -> Tensor<Double> {
    var product = identity(n)
    for _ in 0..<3 {
      let v = Tensor<Double>.normal([n, 1], random: &random)
      let reflection = identity(n) - (2 / v.sumOfSquares()) * v.matrixProduct(v.transposed(0, 1))
      product = product.matrixProduct(reflection)
    }
    return product
  }

  /// A random matrix of a given rank, its singular values of the order of its size.
  static func random(_ m: Int, _ n: Int, rank: Int, _ random: inout Random) -> Tensor<Double> {
    if rank == 0 { return .zeros([m, n]) }
    let left = Tensor<Double>.normal([m, rank], random: &random)
    return left.matrixProduct(.normal([rank, n], random: &random))
  }

  /// A 5×4 matrix of small integers, condition 3.7, times powers of two on both sides.
  static func graded(rows: [Int], columns: [Int]) -> Tensor<Double> {
    let core: [[Double]] = [[4, 1, -2, 1], [1, 5, 1, -1], [-2, 1, 6, 2], [1, -1, 2, 3], [2, 0, 1, -1]]
    return make(5, 4) { Double(sign: .plus, exponent: rows[$0] + columns[$1], significand: core[$0][$1]) }
  }

  /// Kahan's matrix: diag(1, s, s², …) times the unit upper triangle with −c above its diagonal, s = 0.8, c = 0.6.
  static func kahan(_ n: Int) -> Tensor<Double> {
    var powers = [1.0]
    for _ in 1..<n { powers.append(powers[powers.count - 1] * 0.8) }
    return make(n, n) { i, j in j < i ? 0 : j == i ? powers[i] : -0.6 * powers[i] }
  }
}
