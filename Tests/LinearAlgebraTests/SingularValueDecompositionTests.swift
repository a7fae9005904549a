import Tensors
import TestSupport
import Testing

@testable import LinearAlgebra

@Suite("Singular value decomposition")
struct SingularValueDecompositionTests {
  /// What is wrong with a decomposition, or nil: descending values, UᵀU = VᵀV = I, U·Σ·Vᵀ = A.
  private func problem(_ matrix: Tensor<Double>, workers: Workers = .one) -> String? {
    let decomposition = SingularValueDecomposition(of: matrix, workers: workers)
    let (u, v, values) = (decomposition.left, decomposition.right, decomposition.singularValues.values)
    let (m, n, p) = (matrix.shape[0], matrix.shape[1], min(matrix.shape[0], matrix.shape[1]))
    if u.shape != [m, p] || v.shape != [n, p] || values.count != p { return "shapes \(u.shape), \(v.shape)" }
    if !zip(values, values.dropFirst()).allSatisfy({ $0 >= $1 }) || values.contains(where: { $0 < 0 }) {
      return "not descending: \(values)"
    }
    let identity = Matrices.identity(p).scalars
    for basis in [u, v] {
      let products = basis.transposed(0, 1).matrixProduct(basis)
      if let mismatch = mismatch(products.scalars, identity, absolute: 1e-13) { return "basis: \(mismatch)" }
    }
    let scaled = u * Tensor([1, p], values).broadcast(to: [m, p])
    let product = scaled.matrixProduct(v.transposed(0, 1))
    return mismatch(product.scalars, matrix.scalars, absolute: 1e-12 * (values.first ?? 0)).map { "product: \($0)" }
  }

  @Test("U and V are orthonormal and U·Σ·Vᵀ is the matrix, for every shape and rank")
  func reconstruction() {
    var random = Random(seed: 1)
    for (m, n) in [(1, 1), (2, 2), (1, 5), (5, 1), (3, 17), (17, 3), (40, 40), (33, 100), (130, 20)] {
      for rank in Set([0, 1, min(m, n) - 1, min(m, n)]) where rank >= 0 {
        #expect(problem(Matrices.random(m, n, rank: rank, &random)) == nil, "\(m)×\(n), rank \(rank)")
      }
    }
  }

  @Test("Special matrices: Hilbert, Kahan, Läuchli, graded, equal columns, zero rows and columns, permutations")
  func special() {
    let matrices = [
      Matrices.make(12, 12) { 1 / Double($0 + $1 + 1) },
      Matrices.kahan(30),
      Matrices.make(6, 5) { i, j in i == 0 ? 1 : i == j + 1 ? 1e-9 : 0 },
      Matrices.graded(rows: [0, -40, -80, -20, -100], columns: [-60, -10, 0, -30]),
      Matrices.graded(rows: [0, 0, 0, 0, 0], columns: [500, 0, -1000, -500]),
      Matrices.make(9, 6) { i, _ in Double(i) - 3 },
      Matrices.make(9, 6) { i, j in i % 2 == 0 && j % 3 == 0 ? Double(i * j + 1) : 0 },
      Matrices.make(7, 7) { i, j in j == (i * 3) % 7 ? 2 : 0 },
      Matrices.make(4, 4) { i, j in i == j ? 0 : 1 },
    ]
    for (index, matrix) in matrices.enumerated() {
      #expect(problem(matrix) == nil, "matrix \(index)")
      #expect(problem(matrix.transposed(0, 1)) == nil, "matrix \(index), transposed")
    }
  }

  @Test("Without entries, U and V have no columns")
  func empty() {
    let decomposition = SingularValueDecomposition(of: Tensor([0, 3]) { _ in })
    #expect(decomposition.left.shape == [0, 0] && decomposition.right.shape == [3, 0])
    #expect(decomposition.rowSpace().dimension == 0)
  }

  @Test("Vectors of known singular values are found, up to sign")
  func vectors() {
    let decomposition = SingularValueDecomposition(of: Matrices.rows([[3, 0], [4, 5]]))
    // v₁ = (1, 1)/√2, u₁ = (1, 3)/√10.
    let (u, v) = (decomposition.left, decomposition.right)
    let sign = v[0, 0] < 0 ? -1.0 : 1
    let (half, tenth) = (0.5.squareRoot(), 0.1.squareRoot())
    #expect(mismatch([v[0, 0], v[1, 0]].map { sign * $0 }, [half, half], absolute: 1e-15) == nil)
    #expect(mismatch([u[0, 0], u[1, 0]].map { sign * $0 }, [tenth, 3 * tenth], absolute: 1e-15) == nil)
  }

  @Test("Values alone are the values of the decomposition, and any number of threads gives the same bits")
  func threads() {
    var random = Random(seed: 2)
    let matrix = Tensor<Double>.normal([50, 300], random: &random)
    let one = SingularValueDecomposition(of: matrix)
    let three = SingularValueDecomposition(of: matrix, workers: Workers(count: 3))
    #expect(one.singularValues == SingularValues(of: matrix))
    #expect(one.singularValues == three.singularValues && one.left == three.left && one.right == three.right)
    #expect(problem(matrix, workers: Workers(count: 3)) == nil)
  }
}
