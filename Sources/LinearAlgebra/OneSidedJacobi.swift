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

/// One pass of Jacobi rotations over all pairs of vectors, in memory.
///
/// A rotation works with the cosine of two vectors and the ratio of their norms, never with their products, so vectors of
/// any length take part, and short ones are found as accurately, relative to their length, as long ones.
struct JacobiSweep {
  /// The vectors.
  private let rows: UnsafeMutablePointer<Double>
  /// The number of entries of a vector.
  private let length: Int
  /// Vectors that are rotated along.
  private let rotations: UnsafeMutablePointer<Double>
  /// The number of their entries.
  private let width: Int
  /// The power of two of every vector.
  private(set) var exponents: [Int]
  /// Σ x² of every vector without its power of two.
  private var squares: [Double]
  /// Whether the last sweep found all pairs orthogonal.
  private(set) var isDone = false

  /// So many vectors stay in the first cache while the others pass by.
  private static let block = 4

  /// Prepares for sweeps.
  init(
    rows: UnsafeMutablePointer<Double>, length: Int, rotations: UnsafeMutablePointer<Double>, width: Int,
    exponents: [Int]
  ) {
    (self.rows, self.length, self.rotations, self.width) = (rows, length, rotations, width)
    self.exponents = exponents
    squares = exponents.indices.map { VectorLoops.dot(rows + $0 * length, rows + $0 * length, count: length) }
  }

  /// Visits every pair once.
  mutating func run() {
    // The rounding error of a dot product is of this order.
    let tolerance = Double.ulpOfOne * Double(length).squareRoot()
    let count = exponents.count
    isDone = true
    for start in stride(from: 0, to: count, by: JacobiSweep.block) {
      for q in start + 1..<max(start + 1, count) {
        for p in start..<min(start + JacobiSweep.block, q) where squares[p] > 0 && squares[q] > 0 {
          let dot = VectorLoops.dot(rows + p * length, rows + q * length, count: length)
          let cosine = dot / (squares[p] * squares[q]).squareRoot()
          if abs(cosine) <= tolerance { continue }
          isDone = false
          // Longer vectors move to the front, which saves sweeps (de Rijk 1989).
          if norm(of: q, over: p) > 1 { swap(p, q) }
          rotate(p, q, cosine)
        }
      }
    }
  }

  private func norm(of q: Int, over p: Int) -> Double {
    (squares[q] / squares[p]).squareRoot().scaled(byPowerOfTwo: exponents[q] - exponents[p])
  }

  private mutating func swap(_ p: Int, _ q: Int) {
    VectorLoops.swap(rows + p * length, rows + q * length, count: length)
    VectorLoops.swap(rotations + p * width, rotations + q * width, count: width)
    squares.swapAt(p, q)
    exponents.swapAt(p, q)
  }

  /// Makes vector x, the longer one, and vector y orthogonal.
  ///
  /// With the cosine c and ρ = |y|/|x| ≤ 1, the tangent of the angle of rotation is
  /// t = 2cρ / (1 − ρ² + √((1 − ρ²)² + 4c²ρ²)). Between scaled vectors the sine becomes sin·2^e in one direction and
  /// sin/2^e in the other, where ρ has the factor 2^e: neither overflows.
  private mutating func rotate(_ x: Int, _ y: Int, _ cosine: Double) {
    let unit = 1.0.scaled(byPowerOfTwo: exponents[y] - exponents[x])
    let ratio = (squares[y] / squares[x]).squareRoot()
    let rho = ratio * unit
    let gap = (1 - rho) * (1 + rho)
    let slope = 2 * cosine / (gap + (gap * gap + 4 * cosine * cosine * rho * rho).squareRoot())
    let tangent = slope * rho
    let c = 1 / (1 + tangent * tangent).squareRoot()
    let s = c * tangent
    let lost = s * s / (1 + c)
    (squares[x], squares[y]) = VectorLoops.rotate(
      rows + x * length, rows + y * length, a: s * unit, b: c * slope * ratio, d: lost, count: length)
    _ = VectorLoops.rotate(rotations + x * width, rotations + y * width, a: s, b: s, d: lost, count: width)
    renormalize(x)
    renormalize(y)
  }

  /// Scales a vector anew that has become very long or, because most of it was part of another one, very short.
  private mutating func renormalize(_ x: Int) {
    if squares[x] > 1e-200 && squares[x] < 1e200 { return }
    exponents[x] += ScaledVectors.normalize(rows + x * length, count: length)
    squares[x] = VectorLoops.dot(rows + x * length, rows + x * length, count: length)
  }
}
