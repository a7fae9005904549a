/// The innermost level of the matrix product: a panel of B, one strip wide, multiplied by rows of A, a tile at a time.
///
/// A tile of C is accumulated in registers over the whole depth of the panel. Each step reads one strip of B and one
/// scalar of A per row, and multiplies and adds once per vector of the tile: with 8 rows of two vectors, 10 loads feed 16
/// multiply-adds, so the arithmetic units are the only limit (`RegisterTileShape`). Memory is touched again only when the
/// tile is written.
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
  /// The first tile packs the panel on request: it writes each strip of B that it has just read to where the other tiles
  /// find it. That costs two stores among sixteen multiply-adds, and no wait for memory of its own.
  ///
  /// - Parameter packed: Receives depth · `R.width` scalars; nil if nothing is to be packed.
  @inline(never)
  func multiply(rows: Int, packingInto packed: UnsafeMutablePointer<S>?, upcoming: inout Upcoming<S>) {
    var (row, panel) = (0, b)
    if let packed {
      upcoming.fetchShare()
      multiply(RegisterTileShape.Tallest<R>.self, 0, rows, b, packed)
      row = RegisterTileShape.tallest
      panel = .packedStrips(packed, R.self)
    }
    while row < rows {
      upcoming.fetchShare()
      if RegisterTileShape.takesTallest(rows &- row) {
        multiply(RegisterTileShape.Tallest<R>.self, row, rows, panel, nil)
        row &+= RegisterTileShape.tallest
      } else {
        multiply(FourRows<R>.self, row, rows, panel, nil)
        row &+= FourRows<R>.count
      }
    }
    if epilogue.relu { rectify(rows) }
  }

  /// Computes one tile: the loop in which all the time is spent.
  @inline(__always)
  private func multiply<Rows: RowBlock>(
    _: Rows.Type, _ row: Int, _ end: Int, _ b: PanelPointer<S>, _ packed: UnsafeMutablePointer<S>?
  ) where Rows.R == R {
    prefetchC(row, min(end, row &+ Rows.count))
    let rowsOfA = Rows.Pointers(a, row, end)
    var sums = Rows()
    var (index, strip, target, step) = (0, b.pointer, packed, depth)
    while step > 0 {
      let rowOfB = R(from: strip, step: b.step)
      if let place = target {
        rowOfB.store(to: place)
        target = place + R.width
      }
      sums.add(rowsOfA, index, times: rowOfB)
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

  /// Fetches the part of C that a tile is going to write, while it computes.
  @inline(__always)
  private func prefetchC(_ first: Int, _ end: Int) {
    var (row, target) = (first, c + first &* cRowStride)
    while row < end {
      Prefetch.lineForWriting(target)
      if R.width > R.Vector.scalarCount { Prefetch.lineForWriting(target + R.Vector.scalarCount) }
      target += cRowStride
      row &+= 1
    }
  }

  /// Replaces the negative numbers of the rows that were just written by zero.
  ///
  /// Comparing vectors takes so much intermediate code that, inside the tile, it would cost the registers.
  @inline(__always)
  private func rectify(_ rows: Int) {
    var target = c
    for _ in 0..<rows {
      var strip = R(from: target)
      strip.rectify()
      strip.store(to: target)
      target += cRowStride
    }
  }
}

/// Where the vectors of a strip of B are.
struct PanelPointer<S: Real> {
  /// The first row.
  var pointer: UnsafePointer<S>
  /// The distance from one row to the next, in scalars.
  var rowStride: Int
  /// The distance from one vector of a row to the next: one vector's lanes, or a whole panel of `Packing`.
  var step: Int

  /// Strips packed one behind the other.
  @inline(__always)
  static func packedStrips<R: Strip>(_ pointer: UnsafeMutablePointer<S>, _: R.Type) -> PanelPointer {
    PanelPointer(pointer: UnsafePointer(pointer), rowStride: R.width, step: R.Vector.scalarCount)
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

/// The choice of register tile for the machine that the code is compiled for.
///
/// A multiply-add takes four or five cycles and two begin in each, so ten sums must be under way at a time: a tile needs as
/// many registers, one vector of B beside them and one factor.
enum RegisterTileShape {
  #if AVX512
    /// 32 registers of one vector each: 8 rows × 2 vectors.
    static let isWide = true
    typealias Tallest<R: Strip> = EightRows<R>
  #elseif NATIVE || arch(arm64)
    /// A vector takes two of 16 registers (AVX2) or four of 32 (NEON): 6 rows × 1 vector.
    static let isWide = false
    typealias Tallest<R: Strip> = SixRows<R>
  #else
    /// A vector takes four of 16 registers (SSE2): 4 rows × 1 vector.
    static let isWide = false
    typealias Tallest<R: Strip> = FourRows<R>
  #endif

  /// The rows of the tallest tile.
  static var tallest: Int { Tallest<OneVector<Float.Vector>>.count }

  /// Whether the next rows are computed by the tallest tile, or by one of four.
  @inline(__always)
  static func takesTallest(_ rows: Int) -> Bool {
    // 7 and 8 rows are two tiles either way, and two of four waste less.
    tallest == 6 ? rows > 8 || rows == 5 || rows == 6 : rows > 4
  }
}
