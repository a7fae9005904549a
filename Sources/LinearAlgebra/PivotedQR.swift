import Tensors

/// The QR decomposition A·Π = Q·R with column pivoting by Householder reflections, Q left as reflections.
///
/// The columns of A are scaled vectors, which scaling leaves all results alone; rows are taken in the order of their
/// largest entries. Column pivoting and sorted rows keep small columns and small rows accurate, each relative to its own
/// size.
///
/// Source: Businger & Golub 1965, *Linear least squares solutions by Householder transformations*; Cox & Higham 1998,
/// *Stability of Householder QR factorization for weighted least squares problems*.
struct PivotedQR {
  /// v_k, one a row, zero in its first k entries: the reflections are I − β_k v_k v_kᵀ.
  let reflectors: Tensor<Double>
  /// β_k; 0 where nothing was left to reflect.
  let factors: [Double]
  /// The rows of R, in the order of `pivots` along the row.
  let triangle: ScaledVectors
  /// Π: which column of A stands where.
  let pivots: [Int]
  /// Which row of A stands where.
  private let rowOrder: [Int]

  /// Decomposes a matrix.
  init(columns: ScaledVectors, workers: Workers) {
    let (n, m) = (columns.count, columns.length)
    rowOrder = PivotedQR.rowOrder(of: columns.rows)
    var pivots = Array(0..<n)
    var factors = [Double](repeating: 0, count: n)
    var exponents = columns.exponents
    var diagonal = [Double](repeating: 0, count: n)
    var work = PivotedQR.reordered(columns.rows, rowOrder)
    work.withUnsafeMutablePointer { work in
      var norms = (0..<n).map { VectorLoops.norm(work + $0 * m, count: m) }
      for k in 0..<n {
        // On ties the first column wins.
        var (pivot, longest) = (k, -Double.infinity)
        for j in k..<n where norms[j] > 0 {
          let length = Double(exponents[j]) + Double(norms[j].exponent) + norms[j].significand / 2
          if length > longest { (pivot, longest) = (j, length) }
        }
        if norms[pivot] == 0 { break }
        if pivot != k {
          VectorLoops.swap(work + k * m, work + pivot * m, count: m)
          norms.swapAt(k, pivot)
          exponents.swapAt(k, pivot)
          pivots.swapAt(k, pivot)
        }
        let v = work + (k * m + k)
        diagonal[k] = v[0] < 0 ? norms[k] : -norms[k]
        let divisor = v[0] - diagonal[k]
        let factor = 1 + abs(v[0]) / norms[k]
        factors[k] = factor
        v[0] = 1
        for i in 1..<max(1, m - k) { v[i] /= divisor }
        norms.withUnsafeMutableBufferPointer { norms in
          nonisolated(unsafe) let (work, norms) = (work, norms)
          PivotedQR.forEachTile(k + 1..<n, workers) { j in
            let a = work + (j * m + k)
            let weight = factor * (a[0] + VectorLoops.dot(v + 1, a + 1, count: m - k - 1))
            a[0] -= weight
            let squares = VectorLoops.subtract(v + 1, times: weight, from: a + 1, count: m - k - 1)
            norms[j] = squares > 1e-280 ? squares.squareRoot() : VectorLoops.norm(a + 1, count: m - k - 1)
          }
        }
      }
    }
    triangle = PivotedQR.triangle(work, diagonal, exponents)
    work.withUnsafeMutablePointer { work in
      for k in 0..<n {
        for i in 0..<k { work[k * m + i] = 0 }
      }
    }
    reflectors = work
    (self.factors, self.pivots) = (factors, pivots)
  }

  /// Runs `body` for every index, in tiles that do not depend on the number of threads.
  private static func forEachTile(_ range: Range<Int>, _ workers: Workers, _ body: (Int) -> Void) {
    let tile = 16
    workers.forEach((range.count + tile - 1) / tile) { index in
      let start = range.lowerBound + index * tile
      for j in start..<min(range.upperBound, start + tile) { body(j) }
    }
  }

  /// The rows of R: column j of R stands in the first entries of vector j.
  private static func triangle(
    _ work: Tensor<Double>, _ diagonal: [Double], _ exponents: [Int]
  ) -> ScaledVectors {
    let (n, m) = (work.shape[0], work.shape[1])
    // Scaling every row by its own largest entry comes before the columns' factors are multiplied in: no overflow.
    var shifts = [Int](repeating: 0, count: n)
    let rows = work.withUnsafePointer { work in
      Tensor<Double>([n, n]) { rows in
        for i in 0..<n {
          func entry(_ j: Int) -> Double { j < i ? 0 : j == i ? diagonal[i] : work[j * m + i] }
          let scales = (i..<n).compactMap { entry($0) == 0 ? nil : Int(entry($0).exponent) + exponents[$0] }
          shifts[i] = scales.max() ?? 0
          for j in 0..<n { rows[i * n + j] = entry(j).scaled(byPowerOfTwo: exponents[j] - shifts[i]) }
        }
      }
    }
    var triangle = ScaledVectors(rowsOf: rows)
    for i in 0..<n { triangle.exponents[i] += shifts[i] }
    return triangle
  }

  /// The order of the entries by their largest magnitude in any vector, the largest first.
  private static func rowOrder(of vectors: Tensor<Double>) -> [Int] {
    let (n, m) = (vectors.shape[0], vectors.shape[1])
    var largest = [Double](repeating: 0, count: m)
    vectors.withUnsafePointer { vectors in
      for j in 0..<n {
        for i in 0..<m { largest[i] = max(largest[i], abs(vectors[j * m + i])) }
      }
    }
    return largest.indices.sorted { (largest[$0], $1) > (largest[$1], $0) }
  }

  /// Puts entry order[i] of every vector at place i.
  private static func reordered(_ vectors: Tensor<Double>, _ order: [Int]) -> Tensor<Double> {
    let m = order.count
    return vectors.withUnsafePointer { source in
      Tensor(vectors.shape) { target in
        for j in 0..<vectors.shape[0] {
          for i in 0..<m { target[j * m + i] = source[j * m + order[i]] }
        }
      }
    }
  }

  /// Returns Q·w for vectors w.
  ///
  /// All reflections at once are I − V·T·Vᵀ, where T⁻¹ is the upper triangle of VᵀV with 1/β on its diagonal
  /// (Puglisi 1992, *Modification of the Householder method based on the compact WY representation*).
  func applyQ(to vectors: Tensor<Double>, workers: Workers) -> Tensor<Double> {
    let (n, m, count) = (reflectors.shape[0], reflectors.shape[1], vectors.shape[0])
    let gram = reflectors.matrixProduct(reflectors.transposed(0, 1), workers: workers)
    var weights = reflectors.sliced(1, 0..<n).matrixProduct(vectors.transposed(0, 1), workers: workers)
    weights.withUnsafeMutablePointer { weights in
      gram.withUnsafePointer { gram in
        for k in (0..<n).reversed() {
          let row = weights + k * count
          for j in k + 1..<max(k + 1, n) {
            _ = VectorLoops.subtract(weights + j * count, times: gram[k * n + j], from: row, count: count)
          }
          for c in 0..<count { row[c] *= factors[k] }
        }
      }
    }
    let reflected = weights.transposed(0, 1).matrixProduct(reflectors, workers: workers)
    return vectors.withUnsafePointer { vectors in
      reflected.withUnsafePointer { reflected in
        Tensor([count, m]) { target in
          for c in 0..<count {
            for i in 0..<m {
              target[c * m + rowOrder[i]] = (i < n ? vectors[c * n + i] : 0) - reflected[c * m + i]
            }
          }
        }
      }
    }
  }
}
