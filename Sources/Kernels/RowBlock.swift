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
