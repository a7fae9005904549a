/// The innermost level of the matrix product: a panel of B, one strip wide, multiplied by rows of A, a tile at a time.
///
/// A tile of C is accumulated in registers over the whole depth of the panel. Each step reads one strip of B and one
/// scalar of A per row, and multiplies and adds once per vector of the tile: with 8 rows of two vectors, 10 loads feed 16
/// multiply-adds, so the arithmetic units are the only limit. Memory is touched again only when the tile is written.
struct RegisterTile<R: Strip> {
  typealias S = R.Vector.Scalar

  /// A (rows × depth) with any strides.
  let a: MatrixOperand<S>
  /// The columns of B (depth × strip) that the tile multiplies.
  let b: PanelPointer<S>
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
        multiply(EightRows<R>.self, row, rows)
        if epilogue.relu { rectify(row, min(row &+ 8, rows)) }
        row &+= 8
      }
    }
    while row < rows {
      multiply(FourRows<R>.self, row, rows)
      if epilogue.relu { rectify(row, min(row &+ 4, rows)) }
      row &+= 4
    }
  }

  /// Computes one tile: the loop in which all the time is spent.
  @inline(__always)
  private func multiply<Rows: RowBlock>(_: Rows.Type, _ row: Int, _ end: Int) where Rows.R == R {
    let rowsOfA = Rows.Pointers(a, row, end)
    var sums = Rows()
    var (index, strip, step) = (0, b.pointer, depth)
    while step > 0 {
      sums.add(rowsOfA, index, times: R(from: strip, step: b.step))
      index &+= a.columnStride
      strip += b.rowStride
      step &-= 1
    }
    let rowsOfC = Rows.Pointers(MatrixOperand(UnsafePointer(c), rowStride: cRowStride), row, end)
    if epilogue.scale != 1 { sums.multiply(by: epilogue.scale) }
    if epilogue.accumulate { sums.add(rowsOfC) }
    if let bias = epilogue.bias { sums.add(R(from: bias)) }
    sums.store(to: rowsOfC)
  }

  /// Replaces the negative numbers of a tile that was just written by zero.
  ///
  /// Comparing vectors takes so much intermediate code that, inside the tile, it would cost the registers.
  @inline(__always)
  private func rectify(_ row: Int, _ end: Int) {
    var target = c + row &* cRowStride
    for _ in row..<end {
      var strip = R(from: target)
      strip.rectify()
      strip.store(to: target)
      target += cRowStride
    }
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

/// Where the vectors of a strip of B are.
struct PanelPointer<S: Real> {
  /// The first row.
  var pointer: UnsafePointer<S>
  /// The distance from one row to the next, in scalars.
  var rowStride: Int
  /// The distance from one vector of a row to the next: one vector's lanes, or a whole panel if B is packed.
  var step: Int
}

/// What happens to a sum of products before it is written: C = relu(scale · sum + C + bias).
struct Epilogue<S: Real> {
  var scale: S
  var accumulate: Bool
  /// The biases of the panel's columns.
  var bias: UnsafePointer<S>?
  var relu: Bool
}
