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
  ///
  /// - Parameters:
  ///   - jacobi: The vectors.
  ///   - order: Which vector belongs to which singular value.
  ///   - places: Where each entry goes.
  /// - Returns: Orthonormal rows.
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
