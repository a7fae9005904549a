import Tensors

/// The singular values of a matrix, by pivoted QR and one-sided Jacobi rotations of Rᵀ.
///
/// A·Π = Q·R and Rᵀ·W = Û·Σ give A = (Q·W)·Σ·(Π·Û)ᵀ. The QR decomposition makes a long matrix square and Rᵀ nearly
/// orthogonal already. For a matrix C·D or D·C with a diagonal D, all singular values are as accurate, relative to their
/// own size, as the condition of C allows; for D₁·C·D₂ too, unless rows and columns are graded against each other.
///
/// Source: Drmač & Veselić 2008, *New fast and accurate Jacobi SVD algorithm*.
struct JacobiReduction {
  /// min(m, n) singular values, the largest first.
  let values: [Double]
  /// Whether Aᵀ was taken for A, because A has more columns than rows.
  let isTransposed: Bool
  /// The QR decomposition; nil for a matrix without entries.
  let qr: PivotedQR?
  /// Û·Σ and W, their vectors in any order.
  let jacobi: OneSidedJacobi?
  /// Which of Jacobi's vectors belongs to which singular value.
  let order: [Int]

  /// Reduces a matrix.
  ///
  /// - Parameters:
  ///   - matrix: m×n finite numbers; m and n may be 0.
  ///   - keepsRotations: Whether W is wanted.
  init(of matrix: Tensor<Double>, keepsRotations: Bool, workers: Workers) {
    precondition(matrix.shape.rank == 2, "singular values: shape \(matrix.shape), expected a matrix")
    precondition(matrix.count == 0 || matrix.isFinite, "singular values: matrix \(matrix.shape) is not finite")
    isTransposed = matrix.shape[0] < matrix.shape[1]
    guard matrix.count > 0 else {
      (values, qr, jacobi, order) = ([], nil, nil, [])
      return
    }
    let columns = isTransposed ? matrix : matrix.transposed(0, 1)
    let qr = PivotedQR(columns: ScaledVectors(rowsOf: columns.contiguous()), workers: workers)
    let jacobi = OneSidedJacobi(qr.triangle, keepsRotations: keepsRotations)
    let values = zip(jacobi.norms, jacobi.vectors.exponents).map { $0.scaled(byPowerOfTwo: $1) }
    order = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
    self.values = order.map { values[$0] }
    self.qr = qr
    self.jacobi = jacobi
  }
}
