/// A matrix in memory, seen through two strides.
///
/// Element (i, j) lies `i · rowStride + j · columnStride` scalars behind `pointer`. A row-major matrix has the column
/// stride 1; exchanging the strides transposes it; slices and the heads of attention are strides too.
public struct MatrixOperand<S: Real> {
  /// The element in the first row and the first column.
  public var pointer: UnsafePointer<S>
  /// The distance from one row to the next, in scalars.
  public var rowStride: Int
  /// The distance from one column to the next, in scalars.
  public var columnStride: Int
  /// The distance between panels if this is a right factor packed by `Packing`, or 0: a product need not pack it again.
  var panelStride = 0

  /// Describes a matrix.
  ///
  /// - Parameter pointer: The first element. The memory belongs to the caller and must outlive the product.
  @inlinable
  public init(_ pointer: UnsafePointer<S>, rowStride: Int, columnStride: Int = 1) {
    self.pointer = pointer
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// The same memory with rows and columns exchanged.
  @inlinable
  public var transposed: MatrixOperand {
    MatrixOperand(pointer, rowStride: columnStride, columnStride: rowStride)
  }

  /// A right factor in the order in which register tiles read it.
  ///
  /// - Parameter panelStride: The distance between panels: one vector's lanes for every row that was packed.
  static func packed(_ panels: UnsafePointer<S>, panelStride: Int) -> MatrixOperand {
    var operand = MatrixOperand(panels, rowStride: S.Vector.scalarCount)
    operand.panelStride = panelStride
    return operand
  }

  @inline(__always)
  func at(_ row: Int, _ column: Int) -> UnsafePointer<S> {
    pointer + (row &* rowStride &+ column &* columnStride)
  }

  /// The rest of the matrix from an element on.
  @inline(__always)
  func from(_ row: Int, _ column: Int) -> MatrixOperand {
    MatrixOperand(at(row, column), rowStride: rowStride, columnStride: columnStride)
  }
}
