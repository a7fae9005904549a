import Foundation
import Tensors

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
