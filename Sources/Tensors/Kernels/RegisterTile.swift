/// The innermost level of the matrix product: a panel of B, one strip wide, multiplied by rows of A, a tile at a time.
///
/// A tile of C is accumulated in registers over the whole depth of the panel. Each step reads one strip of B and one
/// scalar of A per row, and multiplies and adds once per vector of the tile: with 8 rows of two vectors, 10 loads feed 16
/// multiply-adds, so the arithmetic units are the only limit. Memory is touched again only when the tile is written.
struct RegisterTile<R: Strip> {
  typealias S = R.Vector.Scalar

  /// A (rows × depth) with any strides.
  let a: MatrixOperand<S>
  /// The panel of B (depth × strip), row by row; at least `R.width` scalars can be read in each row.
  let b: UnsafePointer<S>
  let bRowStride: Int
  let depth: Int
  let c: UnsafeMutablePointer<S>
  let cRowStride: Int
  let epilogue: Epilogue<S>

  /// Computes the first `rows` rows of the panel's product.
  ///
  /// - Parameter rows: The rows.
  @inline(never)
  func multiply(rows: Int) {
    var row = 0
    if RegisterTileShape.isWide {
      while rows &- row > 4 {
        multiplyEight(row, rows)
        row &+= 8
      }
    }
    while row < rows {
      multiplyFour(row, rows)
      row &+= 4
    }
  }

  @inline(__always)
  private func multiplyEight(_ row: Int, _ rows: Int) {
    let (aTop, aBottom) = (FourPointers(a, row, rows), FourPointers(a, row &+ 4, rows))
    var (top, bottom) = (FourRows<R>(), FourRows<R>())
    var (index, strip) = (0, b)
    for _ in 0..<depth {
      let s = R(from: strip)
      top.add(aTop, index, times: s)
      bottom.add(aBottom, index, times: s)
      index &+= a.columnStride
      strip += bRowStride
    }
    let target = MatrixOperand(UnsafePointer(c), rowStride: cRowStride)
    top.finish(epilogue, FourPointers(target, row, rows))
    bottom.finish(epilogue, FourPointers(target, row &+ 4, rows))
  }

  @inline(__always)
  private func multiplyFour(_ row: Int, _ rows: Int) {
    let aRows = FourPointers(a, row, rows)
    var sums = FourRows<R>()
    var (index, strip) = (0, b)
    for _ in 0..<depth {
      sums.add(aRows, index, times: R(from: strip))
      index &+= a.columnStride
      strip += bRowStride
    }
    sums.finish(epilogue, FourPointers(MatrixOperand(UnsafePointer(c), rowStride: cRowStride), row, rows))
  }
}

/// The choice of register tile for the machine that the code is compiled for.
enum RegisterTileShape {
  #if AVX512
    /// 32 registers of one vector each: up to 8 rows × 2 vectors.
    static let isWide = true
  #else
    /// 16 or 32 registers, and a vector takes two (AVX2) or four (NEON): 4 rows × 1 vector.
    static let isWide = false
  #endif
}

/// What happens to a sum of products before it is written: C = relu(scale · sum + C + bias).
struct Epilogue<S: Real> {
  var scale: S
  var accumulate: Bool
  /// The biases of the panel's columns.
  var bias: UnsafePointer<S>?
  var relu: Bool
}

/// The accumulators of four rows.
private struct FourRows<R: Strip> {
  var (r0, r1, r2, r3) = (R(repeating: 0), R(repeating: 0), R(repeating: 0), R(repeating: 0))

  @inline(__always)
  mutating func add(_ a: FourPointers<R.Vector.Scalar>, _ index: Int, times strip: R) {
    r0.add(a.p0[index], times: strip)
    r1.add(a.p1[index], times: strip)
    r2.add(a.p2[index], times: strip)
    r3.add(a.p3[index], times: strip)
  }

  /// Applies the epilogue and writes the rows.
  ///
  /// Everything is read before anything is written: rows that repeat the last one then write the same numbers to the
  /// same place.
  @inline(__always)
  mutating func finish(_ epilogue: Epilogue<R.Vector.Scalar>, _ c: FourPointers<R.Vector.Scalar>) {
    if epilogue.scale != 1 {
      r0.multiply(by: epilogue.scale)
      r1.multiply(by: epilogue.scale)
      r2.multiply(by: epilogue.scale)
      r3.multiply(by: epilogue.scale)
    }
    if epilogue.accumulate {
      r0.add(R(from: c.p0))
      r1.add(R(from: c.p1))
      r2.add(R(from: c.p2))
      r3.add(R(from: c.p3))
    }
    if let bias = epilogue.bias {
      let strip = R(from: bias)
      r0.add(strip)
      r1.add(strip)
      r2.add(strip)
      r3.add(strip)
    }
    if epilogue.relu {
      r0.rectify()
      r1.rectify()
      r2.rectify()
      r3.rectify()
    }
    r0.store(to: UnsafeMutablePointer(mutating: c.p0))
    r1.store(to: UnsafeMutablePointer(mutating: c.p1))
    r2.store(to: UnsafeMutablePointer(mutating: c.p2))
    r3.store(to: UnsafeMutablePointer(mutating: c.p3))
  }
}

/// The beginnings of four rows; rows beyond the end repeat the last one, so that nothing outside is touched.
private struct FourPointers<S: Real> {
  let (p0, p1, p2, p3): (UnsafePointer<S>, UnsafePointer<S>, UnsafePointer<S>, UnsafePointer<S>)

  @inline(__always)
  init(_ matrix: MatrixOperand<S>, _ row: Int, _ end: Int) {
    p0 = matrix.at(min(row, end &- 1), 0)
    p1 = matrix.at(min(row &+ 1, end &- 1), 0)
    p2 = matrix.at(min(row &+ 2, end &- 1), 0)
    p3 = matrix.at(min(row &+ 3, end &- 1), 0)
  }
}
