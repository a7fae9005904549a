/// One row times a matrix whose columns are contiguous, as a linear layer's weight is: what a symbol at a time asks for.
///
/// Nothing is used twice, so a packed panel would be written and read for nothing. A few steps of the depth, one cache
/// line of each column, are transposed and used at once. The row's sums are formed in the order of the register tile, so
/// they are the same bits as in a product of many rows.
struct OneRow<S: Real> {
  private let product: MatrixProduct<S>
  private let tiling: Tiling
  private let range: Range<Int>

  /// The steps of the depth that are transposed together: 64 bytes of each column.
  private static var steps: Int { 64 / MemoryLayout<S>.stride }

  /// Returns whether a product has this form.
  @inline(__always)
  static func suits(_ product: MatrixProduct<S>) -> Bool {
    product.rows == 1 && product.b.rowStride == 1 && product.b.columnStride != 1 && product.b.panelStride == 0
  }

  /// Selects columns.
  @inline(__always)
  init(_ product: MatrixProduct<S>, _ tiling: Tiling, columns range: Range<Int>) {
    self.product = product
    self.tiling = tiling
    self.range = range
  }

  /// Computes the columns.
  @inline(__always)
  func multiply() {
    let lanes = S.Vector.scalarCount
    withUnsafeTemporaryAllocation(byteCount: Self.steps &* lanes &* MemoryLayout<S>.stride, alignment: 64) { scratch in
      guard let base = scratch.baseAddress else { return }
      let rows = base.bindMemory(to: S.self, capacity: Self.steps &* lanes)
      var column = range.lowerBound
      while column < range.upperBound {
        multiply(column, min(lanes, range.upperBound &- column), rows)
        column &+= lanes
      }
    }
  }

  /// Computes one vector of columns, block by block of the depth.
  @inline(__always)
  private func multiply(_ column: Int, _ count: Int, _ rows: UnsafeMutablePointer<S>) {
    let c = product.c + column
    for block in 0..<tiling.blocks {
      let first = block &* tiling.blockDepth
      let end = min(product.depth, first &+ tiling.blockDepth)
      var sum = S.Vector.splat(0)
      var step = first
      while step < end {
        let n = min(Self.steps, end &- step)
        transpose(product.b.from(step, column), n, count, rows)
        var a = product.a.at(0, step)
        for row in 0..<n {
          sum = S.Vector.multiplyAdd(S.Vector.splat(a.pointee), S.Vector.load(rows + row &* S.Vector.scalarCount), sum)
          a += product.a.columnStride
        }
        step &+= n
      }
      if product.scale != 1 { sum = S.Vector.times(S.Vector.splat(product.scale), sum) }
      if product.accumulate || block > 0 { sum = S.Vector.plus(sum, Kernel.read(c, 0, count)) }
      if block == tiling.blocks &- 1 {
        if let bias = product.bias { sum = S.Vector.plus(sum, Kernel.read(bias, column, count)) }
        if product.relu { sum = S.Vector.larger(S.Vector.splat(0), sum) }
      }
      Kernel.write(sum, c, 0, count)
    }
  }

  /// Turns `n` steps of `count` columns into rows, one vector each.
  @inline(__always)
  private func transpose(_ source: MatrixOperand<S>, _ n: Int, _ count: Int, _ rows: UnsafeMutablePointer<S>) {
    let lanes = S.Vector.scalarCount
    guard n == Self.steps && count == lanes else {
      return Packing<S>.pack(source, depth: n, columns: count, into: rows)
    }
    var row = 0
    while row < n {
      S.Vector.transpose(source.pointer + row, stride: source.columnStride, to: rows + row &* lanes)
      row &+= Packing<S>.rowsAtOnce
    }
  }
}
