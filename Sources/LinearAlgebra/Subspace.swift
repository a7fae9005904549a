import Tensors

/// A linear subspace of ℝᵈ, given by an orthonormal basis.
public struct Subspace: Sendable {
  /// The basis, d×r, its columns orthonormal.
  public let basis: Tensor<Double>

  /// d.
  public var ambientDimension: Int { basis.shape[0] }
  /// r.
  public var dimension: Int { basis.shape[1] }

  /// Creates the span of a matrix's columns.
  ///
  /// - Parameters:
  ///   - matrix: d×n finite numbers.
  ///   - cutoff: Directions with a singular value up to it do not count; nil for ``SingularValues/defaultCutoff``.
  public init(spannedByColumnsOf matrix: Tensor<Double>, cutoff: Double? = nil, workers: Workers = .one) {
    self = SingularValueDecomposition(of: matrix, workers: workers).columnSpace(cutoff: cutoff)
  }

  /// Creates the span of a matrix's rows.
  ///
  /// - Parameters:
  ///   - matrix: n×d finite numbers.
  ///   - cutoff: Directions with a singular value up to it do not count; nil for ``SingularValues/defaultCutoff``.
  public init(spannedByRowsOf matrix: Tensor<Double>, cutoff: Double? = nil, workers: Workers = .one) {
    self = SingularValueDecomposition(of: matrix, workers: workers).rowSpace(cutoff: cutoff)
  }

  init(basis: Tensor<Double>) {
    self.basis = basis
  }

  /// Returns vectors without their parts in the subspace: (I − Q·Qᵀ)·x.
  ///
  /// - Parameter vectors: d×n, the vectors in columns.
  /// - Returns: d×n.
  public func removed(from vectors: Tensor<Double>) -> Tensor<Double> {
    precondition(
      vectors.shape.rank == 2 && vectors.shape[0] == ambientDimension,
      "Subspace.removed: vectors \(vectors.shape) in columns, expected \(ambientDimension) entries each")
    if dimension == 0 || vectors.count == 0 { return vectors }
    return vectors - basis.matrixProduct(basis.transposed(0, 1).matrixProduct(vectors))
  }
}

extension SingularValueDecomposition {
  /// Returns the span of the columns.
  ///
  /// - Parameter cutoff: Directions with a singular value up to it do not count; nil for the default.
  /// - Returns: A subspace of ℝᵐ.
  public func columnSpace(cutoff: Double? = nil) -> Subspace {
    Subspace(basis: left.sliced(1, 0..<singularValues.numericalRank(cutoff: cutoff)))
  }

  /// Returns the span of the rows.
  ///
  /// - Parameter cutoff: Directions with a singular value up to it do not count; nil for the default.
  /// - Returns: A subspace of ℝⁿ.
  public func rowSpace(cutoff: Double? = nil) -> Subspace {
    Subspace(basis: right.sliced(1, 0..<singularValues.numericalRank(cutoff: cutoff)))
  }
}
