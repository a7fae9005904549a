import Tensors

/// The inner loops of the decompositions, over contiguous vectors of `Double`.
enum VectorLoops {
  private typealias Lane = SIMD8<Double>

  /// Returns x · y.
  ///
  /// Four independent sums hide the latency of an addition.
  static func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, count: Int) -> Double {
    var (s0, s1, s2, s3) = (Lane.zero, Lane.zero, Lane.zero, Lane.zero)
    var i = 0
    while i &+ 32 <= count {
      s0 += read(x + i) * read(y + i)
      s1 += read(x + (i &+ 8)) * read(y + (i &+ 8))
      s2 += read(x + (i &+ 16)) * read(y + (i &+ 16))
      s3 += read(x + (i &+ 24)) * read(y + (i &+ 24))
      i = i &+ 32
    }
    while i &+ 8 <= count {
      s0 += read(x + i) * read(y + i)
      i = i &+ 8
    }
    var sum = ((s0 + s1) + (s2 + s3)).sum()
    while i < count {
      sum += x[i] * y[i]
      i = i &+ 1
    }
    return sum
  }

  /// Computes y ← y − s · x and returns Σ y² of the result.
  static func subtract(
    _ x: UnsafePointer<Double>, times s: Double, from y: UnsafeMutablePointer<Double>, count: Int
  ) -> Double {
    let factor = Lane(repeating: s)
    var (s0, s1) = (Lane.zero, Lane.zero)
    var i = 0
    while i &+ 16 <= count {
      let a = read(y + i) - factor * read(x + i)
      let b = read(y + (i &+ 8)) - factor * read(x + (i &+ 8))
      write(a, y + i)
      write(b, y + (i &+ 8))
      s0 += a * a
      s1 += b * b
      i = i &+ 16
    }
    var sum = (s0 + s1).sum()
    while i < count {
      y[i] -= s * x[i]
      sum += y[i] * y[i]
      i = i &+ 1
    }
    return sum
  }

  /// Computes (x, y) ← (x + (a·y − d·x), y − (b·x + d·y)), a rotation for d = 1 − cos θ and a = b = sin θ, and returns
  /// Σ x² and Σ y² of the result.
  ///
  /// Multiplying by a rounded cosine would make every vector a little too long, thousands of times over.
  static func rotate(
    _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, a: Double, b: Double, d: Double, count: Int
  ) -> (x: Double, y: Double) {
    let (fromY, fromX, lost) = (Lane(repeating: a), Lane(repeating: b), Lane(repeating: d))
    var (xSum, ySum) = (Lane.zero, Lane.zero)
    var i = 0
    while i &+ 8 <= count {
      let (oldX, oldY) = (read(x + i), read(y + i))
      let newX = oldX + (fromY * oldY - lost * oldX)
      let newY = oldY - (fromX * oldX + lost * oldY)
      write(newX, x + i)
      write(newY, y + i)
      xSum += newX * newX
      ySum += newY * newY
      i = i &+ 8
    }
    var sums = (x: xSum.sum(), y: ySum.sum())
    while i < count {
      let (oldX, oldY) = (x[i], y[i])
      x[i] = oldX + (a * oldY - d * oldX)
      y[i] = oldY - (b * oldX + d * oldY)
      sums.x += x[i] * x[i]
      sums.y += y[i] * y[i]
      i = i &+ 1
    }
    return sums
  }

  /// Exchanges two vectors.
  static func swap(_ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { (x[i], y[i]) = (y[i], x[i]) }
  }

  /// Returns √Σx² without overflow or underflow on the way.
  static func norm(_ x: UnsafePointer<Double>, count: Int) -> Double {
    let squares = dot(x, x, count: count)
    if squares > 1e-280 && squares < 1e280 { return squares.squareRoot() }
    var largest = 0.0
    for i in 0..<count { largest = max(largest, abs(x[i])) }
    if largest == 0 { return 0 }
    // A subnormal number has no reciprocal; a power of two divides it exactly.
    let unit = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    var sum = 0.0
    for i in 0..<count { sum += (x[i] / unit) * (x[i] / unit) }
    return unit * sum.squareRoot()
  }

  @inline(__always)
  private static func read(_ p: UnsafePointer<Double>) -> Lane {
    UnsafeRawPointer(p).loadUnaligned(as: Lane.self)
  }

  @inline(__always)
  private static func read(_ p: UnsafeMutablePointer<Double>) -> Lane {
    UnsafeRawPointer(p).loadUnaligned(as: Lane.self)
  }

  @inline(__always)
  private static func write(_ lane: Lane, _ p: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(p).storeBytes(of: lane, as: Lane.self)
  }
}

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
  init(rows: Tensor<Double>, exponents: [Int]) {
    (self.rows, self.exponents) = (rows, exponents)
  }

  /// Takes the rows of a matrix; no bit is lost but of entries below 2⁻¹⁰²² times the largest of their vector.
  init(rowsOf matrix: Tensor<Double>) {
    let (count, length) = (matrix.shape[0], matrix.shape[1])
    var rows = matrix
    exponents = rows.withUnsafeMutablePointer { pointer in
      (0..<count).map { ScaledVectors.normalize(pointer + $0 * length, count: length) }
    }
    self.rows = rows
  }

  /// Divides a vector by the power of two that brings its largest entry into [1, 2), and returns the exponent; 0 for a zero
  /// vector.
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
