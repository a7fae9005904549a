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
  /// The columns of C to write, at most the width of a strip.
  let columns: Int
  let epilogue: Epilogue<S>

  /// Computes rows `first ..< end` of the panel's product.
  ///
  /// - Parameters:
  ///   - first: The first row.
  ///   - end: The row after the last.
  @inline(never)
  func multiply(rows first: Int, to end: Int) {
    var row = first
    #if AVX512
      while end &- row > 4 {
        multiplyEight(row, end)
        row &+= 8
      }
    #endif
    while row < end {
      multiplyFour(row, end)
      row &+= 4
    }
  }

  @inline(__always)
  private func multiplyEight(_ row: Int, _ end: Int) {
    let (topRows, bottomRows) = (FourPointers(a, row, end), FourPointers(a, row &+ 4, end))
    var (top, bottom) = (FourRows<R>(), FourRows<R>())
    var (index, strip) = (0, b)
    for _ in 0..<depth {
      let s = R(from: strip)
      top.add(topRows, index, times: s)
      bottom.add(bottomRows, index, times: s)
      index &+= a.columnStride
      strip += bRowStride
    }
    write(top, row, end)
    write(bottom, row &+ 4, end)
  }

  @inline(__always)
  private func multiplyFour(_ row: Int, _ end: Int) {
    let aRows = FourPointers(a, row, end)
    var sums = FourRows<R>()
    var (index, strip) = (0, b)
    for _ in 0..<depth {
      sums.add(aRows, index, times: R(from: strip))
      index &+= a.columnStride
      strip += bRowStride
    }
    write(sums, row, end)
  }

  @inline(__always)
  private func write(_ sums: FourRows<R>, _ row: Int, _ end: Int) {
    write(sums.r0, row)
    if row &+ 1 < end { write(sums.r1, row &+ 1) }
    if row &+ 2 < end { write(sums.r2, row &+ 2) }
    if row &+ 3 < end { write(sums.r3, row &+ 3) }
  }

  @inline(__always)
  private func write(_ sum: R, _ row: Int) {
    let target = c + row &* cRowStride
    var sum = sum
    sum.multiply(by: epilogue.scale)
    if epilogue.accumulate { sum.add(R(from: target, count: columns)) }
    if let bias = epilogue.bias { sum.add(R(from: bias, count: columns)) }
    if epilogue.relu { sum.rectify() }
    sum.store(to: target, count: columns)
  }
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
}

/// The beginnings of four rows of A; rows beyond the end repeat the last one, so that nothing outside is read.
private struct FourPointers<S: Real> {
  let (p0, p1, p2, p3): (UnsafePointer<S>, UnsafePointer<S>, UnsafePointer<S>, UnsafePointer<S>)

  @inline(__always)
  init(_ a: MatrixOperand<S>, _ row: Int, _ end: Int) {
    p0 = a.at(min(row, end &- 1), 0)
    p1 = a.at(min(row &+ 1, end &- 1), 0)
    p2 = a.at(min(row &+ 2, end &- 1), 0)
    p3 = a.at(min(row &+ 3, end &- 1), 0)
  }
}
