/// A product of two matrices: C = relu(scale · A·B + C + bias), each addition and the relu on request.
///
/// How it becomes fast, from the inside out (the scheme of GotoBLAS and BLIS):
///
/// 1. A **register tile** (`RegisterTile`) keeps a few rows × vectors of C in registers and runs over the depth. Every
///    scalar of A and every vector of B that it loads is used several times, which three plain loops never do.
/// 2. A **panel** of B, as wide as the tile, is copied so that the tile reads it front to back (`Packing`). It is used
///    by every tile of rows below one another, and stays in the first-level cache meanwhile: hence the depth is cut into
///    blocks.
/// 3. A **tile** of C, the unit of work of one thread, covers several panels and many rows, so that its part of A stays in
///    the second-level cache and packing is paid for by enough arithmetic. Tiles are cut by the problem's size alone.
/// 4. While a register tile computes, the memory that the next ones need is **fetched** (`Upcoming`): in a training
///    step the operands come from far away.
///
/// Each element of C is summed over the depth in the same order, block by block, whatever the tile, the packing or the
/// number of threads: the same operands give the same bits, alone or in a batch.
public struct MatrixProduct<S: Real> {
  /// The rows of A and C.
  public var rows: Int
  /// The columns of B and C.
  public var columns: Int
  /// The columns of A and rows of B: the length of each sum.
  public var depth: Int
  /// The left factor (rows × depth).
  public var a: MatrixOperand<S>
  /// The right factor (depth × columns).
  public var b: MatrixOperand<S>
  /// The result (rows × columns), its columns adjacent; it must not overlap a factor.
  public var c: UnsafeMutablePointer<S>
  /// The distance from one row of C to the next, in scalars.
  public var cRowStride: Int
  /// What A·B is multiplied by.
  public var scale: S
  /// Whether the product is added to what C holds.
  public var accumulate: Bool
  /// A number per column, added to every row.
  public var bias: UnsafePointer<S>?
  /// Whether negative results become zero, last of all.
  public var relu: Bool

  /// Describes a product; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - a: The left factor (rows × depth).
  ///   - b: The right factor (depth × columns).
  ///   - c: The result (rows × columns); must not overlap a factor.
  ///   - relu: Whether negative results become zero, last of all.
  public init(
    rows: Int, columns: Int, depth: Int, a: MatrixOperand<S>, b: MatrixOperand<S>, c: UnsafeMutablePointer<S>,
    cRowStride: Int, scale: S = 1, accumulate: Bool = false, bias: UnsafePointer<S>? = nil, relu: Bool = false
  ) {
    precondition(
      rows >= 0 && columns >= 0 && depth >= 0,
      "matrix product of \(rows)×\(depth) and \(depth)×\(columns): sizes must not be negative")
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.a = a
    self.b = b
    self.c = c
    self.cRowStride = cRowStride
    self.scale = scale
    self.accumulate = accumulate
    self.bias = bias
    self.relu = relu
  }

  /// Computes the product.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func multiply(workers: Workers) {
    let tiling = Tiling(self)
    workers.forEach(tiling.count) { Tile($0, of: self, tiling).compute() }
  }

  /// Computes independent products together: the heads of attention, or experts with unequal numbers of rows.
  ///
  /// All their tiles form one list, which the threads work through.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func multiply(_ problems: [MatrixProduct<S>], workers: Workers) {
    if workers.count == 1 || problems.count == 1 {
      for problem in problems { problem.multiply(workers: workers) }
      return
    }
    withUnsafeTemporaryAllocation(of: Int.self, capacity: problems.count + 1) { ends in
      var total = 0
      for index in problems.indices {
        total += Tiling(problems[index]).count
        ends[index] = total
      }
      workers.forEach(total) { tile in
        // The first problem that ends behind this tile.
        var (low, high) = (0, problems.count - 1)
        while low < high {
          let middle = (low + high) / 2
          if ends[middle] > tile { high = middle } else { low = middle + 1 }
        }
        let problem = problems[low]
        Tile(tile - (low == 0 ? 0 : ends[low - 1]), of: problem, Tiling(problem)).compute()
      }
    }
  }
}
