import Foundation

extension Kernel {
  /// Computes y_r = softmax(x_r) for every row.
  ///
  /// - Parameter x: rows×columns logits; −∞ is allowed beside at least one finite number in the row.
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
  /// In a row with NaN it is NaN or the largest of the others: its probabilities are NaN anyway.
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

  /// Returns Σ exp(x − maximum) over one row, at least 1.
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
  @inline(__always)
  static func takeLogarithms<S: Real>(of x: UnsafeMutablePointer<S>, count: Int) {
    @inline(__always) func body(_ i: Int, _ n: Int) { write(S.Vector.logarithm(read(x, i, n)), x, i, n) }
    forEachVector(of: S.self, count: count, body)
  }

  /// Computes dx = y · (dy − Σ_c y_c dy_c) for every row.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func softmaxRowsBackward<S: Real>(
    output y: UnsafePointer<S>, _ dy: UnsafePointer<S>, rows: Int, columns: Int, into dx: UnsafeMutablePointer<S>,
    workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (y, dy, dx) = (y + row &* columns, dy + row &* columns, dx + row &* columns)
        @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          S.Vector.multiplyAdd(read(y, i, n), read(dy, i, n), sum)
        }
        let mean = S.Vector.splat(S.Vector.total(accumulate(count: columns, step: step)))
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.times(read(y, i, n), S.Vector.minus(read(dy, i, n), mean)), dx, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
    }
  }

  /// Computes dx = dy − eʸ · Σ_c dy_c for every row.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func logSoftmaxRowsBackward<S: Real>(
    output y: UnsafePointer<S>, _ dy: UnsafePointer<S>, rows: Int, columns: Int, into dx: UnsafeMutablePointer<S>,
    workers: Workers
  ) {
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (y, dy, dx) = (y + row &* columns, dy + row &* columns, dx + row &* columns)
        @inline(__always) func step(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          S.Vector.plus(sum, read(dy, i, n))
        }
        let factor = S.Vector.splat(-S.Vector.total(accumulate(count: columns, step: step)))
        @inline(__always) func body(_ i: Int, _ n: Int) {
          write(S.Vector.multiplyAdd(S.Vector.exponential(read(y, i, n)), factor, read(dy, i, n)), dx, i, n)
        }
        forEachVector(of: S.self, count: columns, body)
      }
    }
  }

  /// Computes the cross-entropy of every row: losses_r = ln Σ_c exp(x_rc) − x_r,target, in nats.
  ///
  /// - Parameters:
  ///   - targets: `rows` column numbers; each must be in 0 ..< columns.
  ///   - probabilities: Where softmax(x) goes, if wanted: rows×columns numbers; may be `x`.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func crossEntropyRows<S: Real>(
    logits x: UnsafePointer<S>, targets: UnsafePointer<Int32>, rows: Int, columns: Int,
    probabilities: UnsafeMutablePointer<S>?, losses: UnsafeMutablePointer<S>, workers: Workers
  ) {
    let margins = UnsafeMutablePointer<S>.allocate(capacity: rows)
    defer { margins.deallocate() }
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let x = x + row &* columns
        let target = Int(targets[row])
        precondition(
          target >= 0 && target < columns,
          "Kernel.crossEntropyRows: target \(target) of row \(row) is outside 0 ..< \(columns)")
        let maximum = largestLogit(x, count: columns)
        margins[row] = maximum - x[target]
        if let probabilities {
          losses[row] = softmax(x, count: columns, maximum: maximum, into: probabilities + row &* columns)
        } else {
          losses[row] = sumOfExponentials(x, count: columns, maximum: maximum)
        }
      }
      takeLogarithms(of: losses + rows.lowerBound, count: rows.count)
      for row in rows { losses[row] += margins[row] }
    }
  }

  /// Computes the entropy of softmax(x_r) for every row, in nats.
  ///
  /// With m the largest entry, e_j = exp(x_j − m) and Z = Σ e_j, the entropy is ln Z − Σ e_j (x_j − m) / Z. A probability
  /// that underflows contributes nothing, though its logarithm may be infinite; NaN gives NaN.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func softmaxEntropyRows<S: Real>(
    _ x: UnsafePointer<S>, rows: Int, columns: Int, into entropies: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<rows {
      let x = x + row &* columns
      var largest = -Double.infinity
      for column in 0..<columns { largest = max(largest, Double(x[column])) }
      var (sum, weighted) = (0.0, 0.0)
      for column in 0..<columns {
        let difference = Double(x[column]) - largest
        let e = Foundation.exp(difference)
        sum += e
        if e != 0 { weighted += e * difference }
      }
      entropies[row] = Foundation.log(sum) - weighted / sum
    }
  }
}
