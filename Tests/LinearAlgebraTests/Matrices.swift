import Tensors

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
