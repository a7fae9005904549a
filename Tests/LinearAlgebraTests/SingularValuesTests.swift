import Tensors
import TestSupport
import Testing

@testable import LinearAlgebra

/// Expected values without a remark were computed with mpmath at 60 to 1300 digits from the same double entries.
@Suite("Singular values")
struct SingularValuesTests {
  private func values(_ matrix: Tensor<Double>) -> [Double] { SingularValues(of: matrix).values }

  @Test("Matrices small enough for a pencil")
  func byHand() {
    let cases: [(rows: [[Double]], values: [Double])] = [
      // AᵀA has the eigenvalues 45 and 5.
      ([[3, 0], [4, 5]], [6.708_203_932_499_369, 2.236_067_977_499_79]),
      ([[0, 2], [-3, 0]], [3, 2]),
      ([[1, 1], [1, 1]], [2, 0]),
      ([[-7]], [7]),
      ([[3, 4]], [5]),
      ([[3], [4]], [5]),
      ([[0, 0], [0, 0]], [0, 0]),
      ([[1, 0, 0], [0, -2, 0]], [2, 1]),
    ]
    for (rows, expected) in cases {
      #expect(mismatch(values(Matrices.rows(rows)), expected, absolute: 1e-16, relative: 4e-16) == nil, "\(rows)")
    }
  }

  @Test(
    "A matrix as numpy decomposes it; Hilbert's of order 8, condition 1.5e10; Kahan's of order 24, whose smallest value hides"
  )
  func known() {
    let cases: [(matrix: Tensor<Double>, last: [Double], absolute: Double, relative: Double)] = [
      (
        Matrices.graded(rows: [0, 0, 0, 0, 0], columns: [0, 0, 0, 0]),
        [7.611914639286962, 5.734926870352722, 4.571858741166378, 2.0657872510826953], 0, 2e-15
      ),
      (
        Matrices.make(8, 8) { 1 / Double($0 + $1 + 1) },
        [
          1.69593899692194944, 0.298125211316930711, 0.0262128435781190509, 0.00146768811774184714,
          0.0000543694336975089627, 1.29433209187417929e-6, 1.79887374600630123e-8, 1.11153896948880816e-10,
        ], 1e-15, 0
      ),
      (Matrices.kahan(24), [0.0122921343327620842, 0.00933339626994162542, 2.14907602830457279e-7], 0, 1e-12),
    ]
    for (matrix, last, absolute, relative) in cases {
      let found = Array(values(matrix).suffix(last.count))
      #expect(mismatch(found, last, absolute: absolute, relative: relative) == nil, "\(last)")
    }
  }

  @Test("Läuchli's matrix: √(n + μ²) once and μ n − 1 times, where AᵀA is singular to rounding")
  func läuchli() {
    for (n, small) in [(3, 1e-10), (6, 1e-13)] {
      let matrix = Matrices.make(n + 1, n) { i, j in i == 0 ? 1 : i == j + 1 ? small : 0 }
      let expected = [Double(n).squareRoot()] + [Double](repeating: small, count: n - 1)
      // The columns are nearly parallel: the small values have the absolute accuracy of the matrix.
      #expect(mismatch(values(matrix), expected, absolute: 2e-16, relative: 1e-15) == nil)
    }
  }

  @Test("Graded columns, graded rows, both: tiny singular values are accurate to fourteen digits")
  func graded() {
    let cases: [(rows: [Int], columns: [Int], values: [Double])] = [
      (
        [0, 0, 0, 0, 0], [0, -60, -120, -30],
        [5.09901951359278483, 3.72529029846191406e-9, 4.34139327587352031e-18, 3.03826167792838302e-36]
      ),
      (
        [0, -40, -80, -20, -100], [0, 0, 0, 0],
        [4.69041575982344718, 3.67111125594770222e-6, 4.48228143944974768e-12, 4.55500311392637607e-25]
      ),
      (
        [0, -40, -80, -20, -100], [0, -10, -60, -30],
        [4.00000011920940146, 1.16415318358505384e-9, 7.79270311467124037e-21, 7.64255997243888217e-43]
      ),
      (
        [0, 0, 0, 0, 0], [1000, 0, -1000, -500],
        [5.46364329702540314e+301, 5.15901004218683561, 1.18556304957371623e-150, 3.76902476913170889e-301]
      ),
    ]
    for (rows, columns, expected) in cases {
      let matrix = Matrices.graded(rows: rows, columns: columns)
      #expect(mismatch(values(matrix), expected, relative: 1e-14) == nil)
      #expect(mismatch(values(matrix.transposed(0, 1)), expected, relative: 1e-14) == nil)
    }
  }

  @Test("(1 1; δ −δ) has the values √2 and √2·δ, however small δ: what is left of a column may have a square of 0")
  func tinyRemainder() {
    for exponent in [-10, -100, -400, -480, -600, -1000] {
      let small = Double(sign: .plus, exponent: exponent, significand: 1)
      let root = Double(2).squareRoot()
      let expected = [root, root * small]
      let matrices: [[[Double]]] = [
        [[1, 1], [small, -small]], [[small, -small], [1, 1]], [[1, small], [1, -small]],
      ]
      for rows in matrices {
        #expect(mismatch(values(Matrices.rows(rows)), expected, relative: 4e-15) == nil, "2^\(exponent)")
      }
    }
  }

  @Test("A matrix near either end of the numbers' range is its multiple near 1")
  func range() {
    let matrix = Matrices.graded(rows: [0, 0, 0, 0, 0], columns: [0, 0, 0, 0])
    for exponent in [-1000, 1000] {
      let unit = Double(sign: .plus, exponent: exponent, significand: 1)
      #expect(values(unit * matrix) == values(matrix).map { unit * $0 })
    }
    #expect(values(Matrices.rows([[.leastNonzeroMagnitude, 0], [0, 0]])) == [.leastNonzeroMagnitude, 0])
  }

  @Test("Orthogonal transformations on both sides change nothing")
  func invariance() {
    var random = Random(seed: 3)
    let matrix = Tensor<Double>.normal([30, 12], random: &random)
    let turned = Matrices.orthogonal(30, &random).matrixProduct(matrix).matrixProduct(
      Matrices.orthogonal(12, &random))
    #expect(mismatch(values(turned), values(matrix), relative: 1e-13) == nil)
    #expect(
      mismatch(values(Matrices.orthogonal(40, &random)), [Double](repeating: 1, count: 40), relative: 1e-14) == nil)
  }

  @Test("A matrix without entries has no singular values")
  func empty() {
    for (m, n) in [(0, 0), (0, 3), (3, 0)] {
      let values = SingularValues(of: Tensor([m, n]) { _ in })
      #expect(values.values.isEmpty && values.numericalRank() == 0 && values.effectiveRank == 0)
    }
  }

  @Test("The numerical rank of a product of rank r is r, from 0 to full")
  func rank() {
    var random = Random(seed: 4)
    for (m, n) in [(20, 20), (60, 7), (7, 60), (1, 9), (9, 1)] {
      for rank in 0...min(m, n) {
        #expect(SingularValues(of: Matrices.random(m, n, rank: rank, &random)).numericalRank() == rank, "\(m)×\(n)")
      }
    }
  }

  @Test("Rows without their mean lose one dimension, at any scale, and the default cutoff sees it")
  func rankLoss() {
    var random = Random(seed: 5)
    for (rows, width, scale) in [(8, 64, 1.0), (16, 256, 0.02), (16, 16, 1e200), (64, 32, 1e-200)] {
      let matrix = Tensor<Double>.normal([rows, width], standardDeviation: scale, random: &random)
      #expect(SingularValues(of: matrix).numericalRank() == min(rows, width))
      let centred = matrix - matrix.mean(axis: 0).reshaped([1, width]).broadcast(to: matrix.shape)
      #expect(SingularValues(of: centred).numericalRank() == min(rows - 1, width))
    }
  }

  @Test("A cutoff of one's own counts the values above it")
  func cutoff() {
    let values = SingularValues(of: Matrices.rows([[4, 0, 0], [0, 2, 0], [0, 0, 1]]))
    #expect([0, 0.5, 1, 1.5, 2, 3, 4].map { values.numericalRank(cutoff: $0) } == [3, 3, 2, 2, 1, 1, 0])
    #expect(values.defaultCutoff == 3 * 0x1p-52 * 4)
  }

  @Test("The effective rank is n for n equal values, 1 for rank one, and 2^1.5 for 2, 1, 1")
  func effectiveRank() {
    #expect(mismatch([SingularValues(of: Matrices.identity(7)).effectiveRank], [7], relative: 1e-15) == nil)
    #expect(SingularValues(of: Matrices.rows([[1e300, 1e300], [1e300, 1e300]])).effectiveRank == 1)
    let values = SingularValues(of: Matrices.rows([[2, 0, 0], [0, 1, 0], [0, 0, -1]]))
    #expect(mismatch([values.effectiveRank], [2.828_427_124_746_19], relative: 1e-15) == nil)
    #expect(SingularValues(of: .zeros([3, 3])).effectiveRank == 0)
  }
}
