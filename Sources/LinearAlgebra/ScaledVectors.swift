import Tensors

/// Vectors with a power of two each, so that neither very long nor very short ones overflow when they are multiplied.
///
/// Vector j is 2^exponents[j] · rows[j].
struct ScaledVectors {
  /// The vectors without their factors, one a row: neither very large nor, but for 0, very small numbers.
  var rows: Tensor<Double>
  /// The factor of each vector, as a power of two.
  var exponents: [Int]

  /// The number of vectors.
  var count: Int { exponents.count }
  /// The number of entries of a vector.
  var length: Int { rows.shape[1] }

  /// Puts vectors together.
  ///
  /// - Parameters:
  ///   - rows: The vectors without their factors, one a row.
  ///   - exponents: The factor of each, as a power of two.
  init(rows: Tensor<Double>, exponents: [Int]) {
    (self.rows, self.exponents) = (rows, exponents)
  }

  /// Takes the rows of a matrix; no bit is lost but of entries below 2⁻¹⁰²² times the largest of their vector.
  ///
  /// - Parameter matrix: Finite numbers.
  init(rowsOf matrix: Tensor<Double>) {
    let (count, length) = (matrix.shape[0], matrix.shape[1])
    var rows = matrix
    exponents = rows.withUnsafeMutablePointer { pointer in
      (0..<count).map { ScaledVectors.normalize(pointer + $0 * length, count: length) }
    }
    self.rows = rows
  }

  /// Divides a vector by the power of two that brings its largest entry into [1, 2).
  ///
  /// - Parameters:
  ///   - x: The vector.
  ///   - count: The number of entries.
  /// - Returns: The exponent of the power; 0 for a zero vector.
  static func normalize(_ x: UnsafeMutablePointer<Double>, count: Int) -> Int {
    var largest = 0.0
    for i in 0..<count { largest = max(largest, abs(x[i])) }
    if largest == 0 { return 0 }
    let exponent = Int(largest.exponent)
    if exponent != 0 {
      for i in 0..<count { x[i] = x[i].scaled(byPowerOfTwo: -exponent) }
    }
    return exponent
  }
}

extension Double {
  /// Returns the number times 2^exponent, rounded once; ±∞ and 0 beyond the range.
  func scaled(byPowerOfTwo exponent: Int) -> Double {
    // The standard library's scaling by a large power goes through several multiplications and may round twice.
    if exponent >= -1022 && exponent <= 1023 {
      return self * Double(sign: .plus, exponent: exponent, significand: 1)
    }
    return Double(sign: .plus, exponent: max(-3000, min(3000, exponent)), significand: self)
  }
}
