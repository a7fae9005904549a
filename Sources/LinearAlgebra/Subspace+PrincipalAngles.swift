import Foundation
import Tensors

extension Subspace {
  /// Returns the principal angles to another subspace.
  ///
  /// Angles above 45° come from cosines, the singular values of PᵀQ; smaller ones, which a cosine does not resolve, from
  /// sines, the singular values of (I − P·Pᵀ)·Q. The absolute error is about 1e-15.
  ///
  /// Source: Björck & Golub 1973, *Numerical methods for computing angles between linear subspaces*; Knyazev & Argentati
  /// 2002, *Principal angles between subspaces in an A-based scalar product*, algorithm 3.1.
  ///
  /// - Parameter other: A subspace of the same ℝᵈ, of any dimension.
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

  /// Returns the largest principal angle to another subspace: 0 if the smaller one lies in the larger one.
  ///
  /// - Parameter other: A subspace of the same ℝᵈ, of any dimension.
  /// - Returns: An angle in radians from 0 to π/2; 0 if one of the two is {0}.
  public func largestPrincipalAngle(to other: Subspace) -> Double {
    principalAngles(to: other).last ?? 0
  }
}
