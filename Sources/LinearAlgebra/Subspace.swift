import Foundation
import Tensors

/// A linear subspace of ℝᵈ, given by an orthonormal basis.
///
/// Where one is made of a matrix, directions with a singular value up to `cutoff` do not count; it is
/// ``SingularValues/defaultCutoff`` if nil.
public struct Subspace: Sendable {
  /// The basis, d×r, its columns orthonormal.
  public let basis: Tensor<Double>

  /// d.
  public var ambientDimension: Int { basis.shape[0] }
  /// r.
  public var dimension: Int { basis.shape[1] }

  /// Creates the span of the columns of d×n finite numbers.
  public init(spannedByColumnsOf matrix: Tensor<Double>, cutoff: Double? = nil, workers: Workers = .one) {
    self = SingularValueDecomposition(of: matrix, workers: workers).columnSpace(cutoff: cutoff)
  }

  /// Creates the span of the rows of n×d finite numbers.
  public init(spannedByRowsOf matrix: Tensor<Double>, cutoff: Double? = nil, workers: Workers = .one) {
    self = SingularValueDecomposition(of: matrix, workers: workers).rowSpace(cutoff: cutoff)
  }

  init(basis: Tensor<Double>) {
    self.basis = basis
  }

  /// Returns vectors, in the columns of d×n, without their parts in the subspace: (I − Q·Qᵀ)·x.
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
  public func columnSpace(cutoff: Double? = nil) -> Subspace {
    Subspace(basis: left.sliced(1, 0..<singularValues.numericalRank(cutoff: cutoff)))
  }

  /// Returns the span of the rows.
  public func rowSpace(cutoff: Double? = nil) -> Subspace {
    Subspace(basis: right.sliced(1, 0..<singularValues.numericalRank(cutoff: cutoff)))
  }
}

extension Subspace {
  /// Returns the principal angles to another subspace.
  ///
  /// Angles above 45° come from cosines, the singular values of PᵀQ; smaller ones, which a cosine does not resolve, from
  /// sines, the singular values of (I − P·Pᵀ)·Q. The absolute error is about 1e-15.
  ///
  /// Source: Björck & Golub 1973, *Numerical methods for computing angles between linear subspaces*; Knyazev & Argentati
  /// 2002, *Principal angles between subspaces in an A-based scalar product*, algorithm 3.1.
  ///
  /// - Returns: As many angles as the smaller dimension, in radians from 0 to π/2, the smallest first.
  public func principalAngles(to other: Subspace) -> [Double] {
    precondition(
      ambientDimension == other.ambientDimension,
      "principalAngles: subspaces of dimensions \(ambientDimension) and \(other.ambientDimension)")
    let (larger, smaller) = dimension >= other.dimension ? (self, other) : (other, self)
    if smaller.dimension == 0 { return [] }
    let cosines = SingularValues(of: larger.basis.transposed(0, 1).matrixProduct(smaller.basis)).values
    let sines = SingularValues(of: larger.removed(from: smaller.basis)).values.reversed()
    return zip(cosines, sines).map { cosine, sine in
      cosine * cosine < 0.5 ? acos(cosine) : asin(min(1, sine))
    }
  }

  /// Returns the largest principal angle to another subspace: 0 if the smaller one lies in the larger one,
  /// or is {0}.
  public func largestPrincipalAngle(to other: Subspace) -> Double {
    principalAngles(to: other).last ?? 0
  }
}

extension Tensor where Scalar == Double {
  /// Returns the cosine of the angle between two tensors taken as vectors: x·y / (|x|·|y|); from −1 to 1; 0 if one of
  /// the two is zero.
  public func cosineSimilarity(to other: Tensor) -> Double {
    precondition(shape == other.shape, "cosineSimilarity: shapes \(shape) and \(other.shape)")
    let x = ScaledVectors(rowsOf: reshaped([1, count])).rows
    let y = ScaledVectors(rowsOf: other.reshaped([1, count])).rows
    let product = (x.sumOfSquares() * y.sumOfSquares()).squareRoot()
    return product > 0 ? max(-1, min(1, x.dot(y) / product)) : 0
  }
}
