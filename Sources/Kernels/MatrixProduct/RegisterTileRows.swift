/// The accumulators of a register tile: several rows of one strip each.
///
/// Every row is a stored property of its own and every operation is written out row by row, because what the compiler
/// can name it keeps in a register.
protocol RowBlock<R> {
  associatedtype R: Strip
  associatedtype Pointers: RowPointers where Pointers.S == R.Vector.Scalar

  /// Starts at zero.
  init()
  /// Adds the scalar at `index` of each row of A times a strip of B.
  mutating func add(_ a: Pointers, _ index: Int, times strip: R)
  mutating func multiply(by factor: R.Vector.Scalar)
  /// Adds what the rows of C hold.
  mutating func add(_ c: Pointers)
  /// Adds the same strip to every row.
  mutating func add(_ strip: R)
  func store(to c: Pointers)
}

/// The beginnings of the rows of a tile.
///
/// Rows beyond the matrix's end repeat its last row, so that nothing outside is touched: they compute the same numbers
/// and write them to the same place.
protocol RowPointers<S> {
  associatedtype S: Real

  /// The number of rows.
  static var count: Int { get }
  init(_ matrix: MatrixOperand<S>, _ row: Int, _ end: Int)
}

extension RowBlock {
  /// The number of rows.
  static var count: Int { Pointers.count }
}

/// Two rows.
struct TwoRows<R: Strip>: RowBlock {
  private var r0 = R(repeating: 0)
  private var r1 = R(repeating: 0)

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(_ a: TwoPointers<R.Vector.Scalar>, _ index: Int, times strip: R) {
    r0.add(a.p0[index], times: strip)
    r1.add(a.p1[index], times: strip)
  }

  @inline(__always)
  mutating func multiply(by factor: R.Vector.Scalar) {
    r0.multiply(by: factor)
    r1.multiply(by: factor)
  }

  @inline(__always)
  mutating func add(_ c: TwoPointers<R.Vector.Scalar>) {
    r0.add(R(from: c.p0))
    r1.add(R(from: c.p1))
  }

  @inline(__always)
  mutating func add(_ strip: R) {
    r0.add(strip)
    r1.add(strip)
  }

  @inline(__always)
  func store(to c: TwoPointers<R.Vector.Scalar>) {
    r0.store(to: UnsafeMutablePointer(mutating: c.p0))
    r1.store(to: UnsafeMutablePointer(mutating: c.p1))
  }
}

/// The beginnings of two rows.
struct TwoPointers<S: Real>: RowPointers {
  static var count: Int { 2 }
  let (p0, p1): (UnsafePointer<S>, UnsafePointer<S>)

  @inline(__always)
  init(_ matrix: MatrixOperand<S>, _ row: Int, _ end: Int) {
    p0 = matrix.at(min(row, end &- 1), 0)
    p1 = matrix.at(min(row &+ 1, end &- 1), 0)
  }
}

/// Four rows.
struct FourRows<R: Strip>: RowBlock {
  private var r0 = R(repeating: 0)
  private var r1 = R(repeating: 0)
  private var r2 = R(repeating: 0)
  private var r3 = R(repeating: 0)

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(_ a: FourPointers<R.Vector.Scalar>, _ index: Int, times strip: R) {
    r0.add(a.p0[index], times: strip)
    r1.add(a.p1[index], times: strip)
    r2.add(a.p2[index], times: strip)
    r3.add(a.p3[index], times: strip)
  }

  @inline(__always)
  mutating func multiply(by factor: R.Vector.Scalar) {
    r0.multiply(by: factor)
    r1.multiply(by: factor)
    r2.multiply(by: factor)
    r3.multiply(by: factor)
  }

  @inline(__always)
  mutating func add(_ c: FourPointers<R.Vector.Scalar>) {
    r0.add(R(from: c.p0))
    r1.add(R(from: c.p1))
    r2.add(R(from: c.p2))
    r3.add(R(from: c.p3))
  }

  @inline(__always)
  mutating func add(_ strip: R) {
    r0.add(strip)
    r1.add(strip)
    r2.add(strip)
    r3.add(strip)
  }

  @inline(__always)
  func store(to c: FourPointers<R.Vector.Scalar>) {
    r0.store(to: UnsafeMutablePointer(mutating: c.p0))
    r1.store(to: UnsafeMutablePointer(mutating: c.p1))
    r2.store(to: UnsafeMutablePointer(mutating: c.p2))
    r3.store(to: UnsafeMutablePointer(mutating: c.p3))
  }
}

/// The beginnings of four rows.
struct FourPointers<S: Real>: RowPointers {
  static var count: Int { 4 }
  let (p0, p1, p2, p3): (UnsafePointer<S>, UnsafePointer<S>, UnsafePointer<S>, UnsafePointer<S>)

  @inline(__always)
  init(_ matrix: MatrixOperand<S>, _ row: Int, _ end: Int) {
    p0 = matrix.at(min(row, end &- 1), 0)
    p1 = matrix.at(min(row &+ 1, end &- 1), 0)
    p2 = matrix.at(min(row &+ 2, end &- 1), 0)
    p3 = matrix.at(min(row &+ 3, end &- 1), 0)
  }
}

/// Eight rows.
typealias EightRows<R: Strip> = StackedRows<FourRows<R>, FourRows<R>>
/// Six rows.
typealias SixRows<R: Strip> = StackedRows<FourRows<R>, TwoRows<R>>

/// Two blocks of rows, one below the other.
struct StackedRows<Top: RowBlock, Bottom: RowBlock>: RowBlock where Top.R == Bottom.R {
  typealias R = Top.R
  private var top = Top()
  private var bottom = Bottom()

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(_ a: StackedPointers<Top.Pointers, Bottom.Pointers>, _ index: Int, times strip: R) {
    top.add(a.top, index, times: strip)
    bottom.add(a.bottom, index, times: strip)
  }

  @inline(__always)
  mutating func multiply(by factor: R.Vector.Scalar) {
    top.multiply(by: factor)
    bottom.multiply(by: factor)
  }

  @inline(__always)
  mutating func add(_ c: StackedPointers<Top.Pointers, Bottom.Pointers>) {
    top.add(c.top)
    bottom.add(c.bottom)
  }

  @inline(__always)
  mutating func add(_ strip: R) {
    top.add(strip)
    bottom.add(strip)
  }

  @inline(__always)
  func store(to c: StackedPointers<Top.Pointers, Bottom.Pointers>) {
    top.store(to: c.top)
    bottom.store(to: c.bottom)
  }
}

/// The beginnings of the rows of two blocks.
struct StackedPointers<Top: RowPointers, Bottom: RowPointers>: RowPointers where Top.S == Bottom.S {
  typealias S = Top.S
  static var count: Int { Top.count &+ Bottom.count }
  let top: Top
  let bottom: Bottom

  @inline(__always)
  init(_ matrix: MatrixOperand<S>, _ row: Int, _ end: Int) {
    top = Top(matrix, row, end)
    bottom = Bottom(matrix, row &+ Top.count, end)
  }
}
