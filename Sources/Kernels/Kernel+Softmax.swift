extension Kernel {
  /// Computes y_r = softmax(x_r) for every row.
  ///
  /// - Parameters:
  ///   - x: rows×columns logits; −∞ is allowed beside at least one finite number in the row.
  ///   - y: rows×columns probabilities; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func softmaxRows<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (x, y) = (x + row &* columns, y + row &* columns)
        _ = softmax(x, count: columns, maximum: largestLogit(x, count: columns), into: y)
      }
    }
  }

  /// Returns the largest logit of one row, fast for short rows.
  ///
  /// - Returns: The maximum; in a row with NaN, either NaN or the largest of the others: its probabilities are NaN anyway.
  @inline(__always)
  static func largestLogit<S: Real>(_ x: UnsafePointer<S>, count: Int) -> S {
    if count <= S.Vector.scalarCount { return S.Vector.largest(read(x, 0, count, fill: -.infinity)) }
    // One accumulator: several would have to be joined, and such a selection is taken apart together with its lanes.
    var best = S.Vector.splat(-.infinity)
    @inline(__always) func body(_ i: Int, _ n: Int) {
      best = S.Vector.larger(read(x, i, n, fill: -.infinity), best)
    }
    forEachVector(of: S.self, count: count, body)
    return S.Vector.largest(best)
  }

  /// Computes the softmax of one row and returns Σ exp(x − maximum).
  ///
  /// - Parameters:
  ///   - maximum: The largest of them.
  ///   - y: The probabilities; may be `x`.
  /// - Returns: The sum by which the exponentials were divided.
  @inline(__always)
  static func softmax<S: Real>(
    _ x: UnsafePointer<S>, count: Int, maximum: S, into y: UnsafeMutablePointer<S>
  ) -> S {
    let maximum = S.Vector.splat(maximum)
    if count <= S.Vector.scalarCount {
      let e = S.Vector.exponential(S.Vector.minus(read(x, 0, count, fill: -.infinity), maximum))
      let sum = S.Vector.total(e)
      write(S.Vector.times(e, S.Vector.splat(1 / sum)), y, 0, count)
      return sum
    }
    @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
      let e = S.Vector.exponential(S.Vector.minus(read(x, i, n, fill: -.infinity), maximum))
      write(e, y, i, n)
      return S.Vector.plus(sum, e)
    }
    let sum = S.Vector.total(accumulate(count: count, step: step))
    let factor = S.Vector.splat(1 / sum)
    @inline(__always) func body(_ i: Int, _ n: Int) {
      write(S.Vector.times(read(y, i, n), factor), y, i, n)
    }
    forEachVector(of: S.self, count: count, body)
    return sum
  }

  /// Returns Σ exp(x − maximum) over one row.
  ///
  /// - Parameter maximum: The largest of them.
  /// - Returns: The sum, at least 1.
  @inline(__always)
  static func sumOfExponentials<S: Real>(_ x: UnsafePointer<S>, count: Int, maximum: S) -> S {
    let maximum = S.Vector.splat(maximum)
    @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
      S.Vector.plus(sum, S.Vector.exponential(S.Vector.minus(read(x, i, n, fill: -.infinity), maximum)))
    }
    return S.Vector.total(accumulate(count: count, step: step))
  }

  /// Computes y_r = ln softmax(x_r) for every row.
  ///
  /// - Parameters:
  ///   - x: rows×columns logits; −∞ is allowed beside at least one finite number in the row.
  ///   - y: rows×columns logarithms of probabilities; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func logSoftmaxRows<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, into y: UnsafeMutablePointer<S>, workers: Workers
  ) {
    let sums = UnsafeMutablePointer<S>.allocate(capacity: rows)
    defer { sums.deallocate() }
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (x, y) = (x + row &* columns, y + row &* columns)
        let maximum = largestLogit(x, count: columns)
        sums[row] = sumOfExponentials(x, count: columns, maximum: maximum)
        // The maximum goes first: added to the logarithm it would swallow its digits.
        let maxima = S.Vector.splat(maximum)
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.minus(read(x, i, n), maxima), y, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
      takeLogarithms(of: sums + rows.lowerBound, count: rows.count)
      for row in rows {
        let (y, logarithm) = (y + row &* columns, S.Vector.splat(sums[row]))
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.minus(read(y, i, n), logarithm), y, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
    }
  }

  /// Replaces numbers by their logarithms: a vector of them costs no more than one.
  ///
  /// - Parameters:
  ///   - x: The numbers; overwritten.
  ///   - count: How many there are.
  @inline(__always)
  static func takeLogarithms<S: Real>(of x: UnsafeMutablePointer<S>, count: Int) {
    @inline(__always) func body(_ i: Int, _ n: Int) { write(S.Vector.logarithm(read(x, i, n)), x, i, n) }
    forEachVector(of: S.self, count: count, body)
  }
}
