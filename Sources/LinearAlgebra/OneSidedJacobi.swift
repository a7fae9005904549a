import Tensors

/// Rotates vectors in pairs until all are orthogonal to each other: X·W has orthogonal columns, their norms are the
/// singular values of X.
///
/// Source: Hestenes 1958, *Inversion of matrices by biorthogonalization and related results*; Demmel & Veselić 1992,
/// *Jacobi's method is more accurate than QR*.
struct OneSidedJacobi {
  /// The columns of X·W, nearly in the order of descending norms.
  let vectors: ScaledVectors
  /// The columns of W, one a row; nil if not asked for.
  let rotations: Tensor<Double>?
  /// The norms of the vectors without their powers of two.
  let norms: [Double]

  /// More sweeps than were ever seen: eight to twelve are usual for 500 vectors.
  private static let mostSweeps = 60

  /// Rotates.
  ///
  /// - Parameters:
  ///   - vectors: The columns of X; the closer they are to orthogonal and to descending norms, the faster.
  ///   - keepsRotations: Whether W is wanted.
  init(_ vectors: ScaledVectors, keepsRotations: Bool) {
    let (count, length) = (vectors.count, vectors.length)
    var rows = vectors.rows
    // Without W, its vectors have no entries to rotate.
    let width = keepsRotations ? count : 0
    var rotations = Tensor<Double>([count, width]) { identity in
      for index in 0..<count * width { identity[index] = index % (count + 1) == 0 ? 1 : 0 }
    }
    var exponents = vectors.exponents
    norms = rows.withUnsafeMutablePointer { rows in
      rotations.withUnsafeMutablePointer { rotations in
        var sweep = JacobiSweep(
          rows: rows, length: length, rotations: rotations, width: width, exponents: exponents)
        for _ in 0..<OneSidedJacobi.mostSweeps where !sweep.isDone { sweep.run() }
        exponents = sweep.exponents
      }
      return (0..<count).map { VectorLoops.norm(rows + $0 * length, count: length) }
    }
    self.vectors = ScaledVectors(rows: rows, exponents: exponents)
    self.rotations = keepsRotations ? rotations : nil
  }
}
