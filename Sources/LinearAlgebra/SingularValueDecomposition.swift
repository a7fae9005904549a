import Foundation
import Tensors

/// A = U·Σ·Vᵀ with orthonormal columns in U and V and p = min(m, n) singular values.
///
/// Relative to their own size, small singular values are as accurate as large ones where the matrix determines them so
/// well: see Drmač & Veselić 2008, *New fast and accurate Jacobi SVD algorithm*. Vectors of equal singular values, and of
/// those that are 0, are any orthonormal ones of their space.
public struct SingularValueDecomposition: Sendable {
  /// U, m×p.
  public let left: Tensor<Double>
  /// The diagonal of Σ, the largest value first.
  public let singularValues: SingularValues
  /// V, n×p.
  public let right: Tensor<Double>

  /// Decomposes a matrix.
  ///
  /// - Parameter matrix: m×n finite numbers; m and n may be 0. Traps on NaN and infinity.
  public init(of matrix: Tensor<Double>, workers: Workers = .one) {
    let reduction = JacobiReduction(of: matrix, keepsRotations: true, workers: workers)
    let (m, n) = (matrix.shape[0], matrix.shape[1])
    singularValues = SingularValues(reduction.values, rows: m, columns: n)
    guard let qr = reduction.qr, let jacobi = reduction.jacobi, let rotations = jacobi.rotations else {
      (left, right) = (Tensor([m, 0]) { _ in }, Tensor([n, 0]) { _ in })
      return
    }
    let order = reduction.order.map { Int32($0) }
    let long = qr.applyQ(to: rotations.gatheringRows(order), workers: workers)
    let short = SingularValueDecomposition.directions(jacobi, reduction.order, places: qr.pivots)
    let (u, v) = reduction.isTransposed ? (short, long) : (long, short)
    left = u.transposed(0, 1).contiguous()
    right = v.transposed(0, 1).contiguous()
  }

  /// Returns the columns of Π·Û, one a row: Jacobi's vectors divided by their norms, completed where the norm is 0.
  private static func directions(_ jacobi: OneSidedJacobi, _ order: [Int], places: [Int]) -> Tensor<Double> {
    let n = order.count
    return jacobi.vectors.rows.withUnsafePointer { vectors in
      Tensor([n, n]) { target in
        for (index, vector) in order.enumerated() {
          let norm = jacobi.norms[vector]
          if norm > 0 {
            for i in 0..<n { target[index * n + places[i]] = vectors[vector * n + i] / norm }
          } else {
            complete(target, known: index, length: n)
          }
        }
      }
    }
  }

  /// Writes one more vector, orthonormal to those before it: what is left of the unit vector that they cover least.
  private static func complete(_ rows: UnsafeMutablePointer<Double>, known: Int, length n: Int) {
    func covered(_ i: Int) -> Double { (0..<known).reduce(0) { $0 + rows[$1 * n + i] * rows[$1 * n + i] } }
    let cover = (0..<n).map(covered)
    let least = cover.indices.min { cover[$0] < cover[$1] } ?? 0
    let target = rows + known * n
    for i in 0..<n { target[i] = i == least ? 1 : 0 }
    // The second time removes what rounding left the first time.
    for _ in 0..<2 {
      for k in 0..<known {
        let dot = VectorLoops.dot(rows + k * n, target, count: n)
        _ = VectorLoops.subtract(rows + k * n, times: dot, from: target, count: n)
      }
      let norm = VectorLoops.norm(target, count: n)
      for i in 0..<n { target[i] /= norm }
    }
  }
}

/// The singular values of a matrix, and what they say about its rank.
public struct SingularValues: Sendable, Equatable {
  /// min(m, n) values, the largest first; +∞ for one beyond the largest number.
  public let values: [Double]
  /// m.
  public let rows: Int
  /// n.
  public let columns: Int

  init(_ values: [Double], rows: Int, columns: Int) {
    self.values = values
    self.rows = rows
    self.columns = columns
  }

  /// Computes the singular values of a matrix.
  ///
  /// The same numbers as a ``SingularValueDecomposition`` has, in less time.
  ///
  /// - Parameter matrix: m×n finite numbers; m and n may be 0. Traps on NaN and infinity.
  public init(of matrix: Tensor<Double>, workers: Workers = .one) {
    let reduction = JacobiReduction(of: matrix, keepsRotations: false, workers: workers)
    self.init(reduction.values, rows: matrix.shape[0], columns: matrix.shape[1])
  }

  /// The largest singular value; 0 for a matrix without entries.
  public var largest: Double { values.first ?? 0 }

  /// max(m, n) · 2⁻⁵² · σ₁: below it, rounding the matrix's entries alone can make a singular value of nothing.
  ///
  /// The cutoff of MATLAB and numpy; for numbers rounded to less than double precision it is too small.
  public var defaultCutoff: Double { Double(max(rows, columns)) * Double.ulpOfOne * largest }

  /// Counts the singular values above a cutoff.
  ///
  /// - Parameter cutoff: At least 0; nil for ``defaultCutoff``.
  /// - Returns: The numerical rank; 0 for a zero matrix.
  public func numericalRank(cutoff: Double? = nil) -> Int {
    let cutoff = cutoff ?? defaultCutoff
    precondition(cutoff >= 0, "numericalRank: cutoff \(cutoff), expected at least 0")
    return values.count { $0 > cutoff }
  }

  /// Returns how far errors of the entries can turn the span of the rows or columns: their size over σ_r, the smallest
  /// singular value that counts.
  ///
  /// Source: Wedin 1972, *Perturbation bounds in connection with singular value decomposition*.
  ///
  /// - Parameter cutoff: The size of the errors, as a matrix; nil for ``defaultCutoff``.
  /// - Returns: An angle in radians; 0 for a matrix of nothing but errors.
  public func roundingAngle(cutoff: Double? = nil) -> Double {
    let cutoff = cutoff ?? defaultCutoff
    guard let smallest = values.last(where: { $0 > cutoff }) else { return 0 }
    return cutoff / smallest
  }

  /// exp(−Σ p_i ln p_i) with p_i = σ_i / Σσ: how many directions share the matrix; 0 for a zero matrix, else from 1 to
  /// the rank.
  ///
  /// Source: Roy & Vetterli 2007, *The effective rank: a measure of effective dimensionality*.
  public var effectiveRank: Double {
    guard largest > 0 else { return 0 }
    let relative = values.map { $0 / largest }
    let sum = relative.reduce(0, +)
    return exp(-relative.reduce(0) { $1 > 0 ? $0 + $1 / sum * log($1 / sum) : $0 })
  }
}

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
  /// - Parameter matrix: m×n finite numbers; m and n may be 0.
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
