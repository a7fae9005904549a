extension Kernel {
  /// Computes y = (x − μ) / √(σ² + ε) · gain + bias for every row, μ and σ² its mean and variance.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func layerNormRows<S: Real>(
    _ x: UnsafePointer<S>, gain: UnsafePointer<S>, bias: UnsafePointer<S>, epsilon: S, rows: Int, columns: Int,
    into y: UnsafeMutablePointer<S>, mean: UnsafeMutablePointer<S>, inverseDeviation: UnsafeMutablePointer<S>,
    workers: Workers
  ) {
    let share = 1 / S(columns)
    forEachTile(rows: rows, columns: columns, workers: workers) { _, rows in
      for row in rows {
        let (x, y) = (x + row &* columns, y + row &* columns)
        @inline(__always) func add(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          S.Vector.plus(sum, read(x, i, n))
        }
        let centre = S.Vector.total(accumulate(count: columns, step: add)) * share
        let centres = S.Vector.splat(centre)
        @inline(__always) func addSquare(_ sum: S.Vector, _ i: Int, _ n: Int) -> S.Vector {
          let deviation = S.Vector.minus(read(x, i, n, fill: centre), centres)
          return S.Vector.multiplyAdd(deviation, deviation, sum)
        }
        let variance = S.Vector.total(accumulate(count: columns, step: addSquare)) * share
        let inverse = 1 / (variance + epsilon).squareRoot()
        mean[row] = centre
        inverseDeviation[row] = inverse
        let inverses = S.Vector.splat(inverse)
        @inline(__always) func normalise(_ i: Int, _ n: Int) {
          let normal = S.Vector.times(S.Vector.minus(read(x, i, n), centres), inverses)
          write(S.Vector.multiplyAdd(normal, read(gain, i, n), read(bias, i, n)), y, i, n)
        }
        forEachVector(of: S.self, count: columns, normalise)
      }
    }
  }

  /// Computes the derivatives of ``layerNormRows(_:gain:bias:epsilon:rows:columns:into:mean:inverseDeviation:workers:)``.
  ///
  /// With n = (x − μ) · inverseDeviation, g = dy · gain and ⟨·⟩ the mean over a row:
  /// dx = inverseDeviation · (g − ⟨g⟩ − n · ⟨g · n⟩), dGain = Σ_r dy · n, dBias = Σ_r dy.
  @specialized(where S == Float) @specialized(where S == Double)
  public static func layerNormRowsBackward<S: Real>(
    _ x: UnsafePointer<S>, gain: UnsafePointer<S>, mean: UnsafePointer<S>, inverseDeviation: UnsafePointer<S>,
    dy: UnsafePointer<S>, rows: Int, columns: Int,
    dx: UnsafeMutablePointer<S>, dGain: UnsafeMutablePointer<S>, dBias: UnsafeMutablePointer<S>, workers: Workers
  ) {
    let share = 1 / S(columns)
    let width = 2 * columns
    let height = rowsInTile(columns: columns)
    let tiles = max(1, (rows + height - 1) / height)
    // Each tile sums dGain and dBias side by side in a row of its own.
    let partials = UnsafeMutablePointer<S>.allocate(capacity: tiles * width)
    defer { partials.deallocate() }
    partials.update(repeating: 0, count: tiles * width)
    forEachTile(rows: rows, columns: columns, workers: workers) { tile, rows in
      let gains = partials + tile &* width
      let biases = gains + columns
      for row in rows {
        let (x, dy, dx) = (x + row &* columns, dy + row &* columns, dx + row &* columns)
        let centres = S.Vector.splat(mean[row])
        let inverses = S.Vector.splat(inverseDeviation[row])
        var (sum, product) = (S.Vector.splat(0), S.Vector.splat(0))
        @inline(__always) func addProducts(_ i: Int, _ n: Int) {
          let d = read(dy, i, n)
          let normal = S.Vector.times(S.Vector.minus(read(x, i, n), centres), inverses)
          let g = S.Vector.times(d, read(gain, i, n))
          sum = S.Vector.plus(sum, g)
          product = S.Vector.multiplyAdd(g, normal, product)
          write(S.Vector.multiplyAdd(d, normal, read(gains, i, n)), gains, i, n)
          write(S.Vector.plus(d, read(biases, i, n)), biases, i, n)
        }
        forEachVector(of: S.self, count: columns, addProducts)
        let meanG = S.Vector.splat(S.Vector.total(sum) * share)
        let meanProduct = S.Vector.splat(-S.Vector.total(product) * share)
        @inline(__always) func combine(_ i: Int, _ n: Int) {
          let normal = S.Vector.times(S.Vector.minus(read(x, i, n), centres), inverses)
          let g = S.Vector.times(read(dy, i, n), read(gain, i, n))
          let inner = S.Vector.multiplyAdd(normal, meanProduct, S.Vector.minus(g, meanG))
          write(S.Vector.times(inner, inverses), dx, i, n)
        }
        forEachVector(of: S.self, count: columns, combine)
      }
    }
    sumPairwise(partials, height: tiles, width: width)
    dGain.update(from: partials, count: columns)
    dBias.update(from: partials + columns, count: columns)
  }
}
