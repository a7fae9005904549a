/// A panel of B, one strip wide and ready to be read, and the rows of A that it multiplies.
struct Panel<R: Strip> {
  typealias S = R.Vector.Scalar

  /// The rows of A in use; if they are packed, those of the first group of one vector's lanes.
  let a: MatrixOperand<S>
  /// The distance between packed groups of rows, or 0 if A is read where it lies.
  let aStep: Int
  let rows: Int
  let b: PanelPointer<S>
  let depth: Int
  let c: UnsafeMutablePointer<S>
  let cRowStride: Int
  /// The columns of C that exist; fewer than the strip's width at the right edge.
  let columns: Int
  let epilogue: Epilogue<S>

  /// Multiplies all rows by the panel.
  ///
  /// - Parameter packed: Memory for depth · strip scalars if B lies scattered and is worth packing on the way.
  @inline(__always)
  func multiply(packingInto packed: UnsafeMutablePointer<S>?) {
    if columns == R.width {
      forEachGroup(of: R.Vector.scalarCount) { a, row, count in
        var ready = b
        if let packed, row > 0 { ready = .packedStrips(packed, R.self) }
        RegisterTile<R>(
          a: a, b: ready, depth: depth, c: c + row &* cRowStride, cRowStride: cRowStride, epilogue: epilogue
        ).multiply(rows: count, packingInto: row == 0 ? packed : nil)
      }
    } else {
      multiplyEdge()
    }
  }

  /// Multiplies at the right edge: tiles are computed in memory as wide as a strip and copied from there.
  @inline(never)
  private func multiplyEdge() {
    let group = R.Vector.scalarCount
    withUnsafeTemporaryAllocation(of: S.self, capacity: (group &+ 1) &* R.width) { memory in
      guard let tile = memory.baseAddress else { return }
      let paddedBias = tile + group &* R.width
      memory.initialize(repeating: 0)
      var epilogue = epilogue
      if let bias = epilogue.bias {
        paddedBias.update(from: bias, count: columns)
        epilogue.bias = UnsafePointer(paddedBias)
      }
      forEachGroup(of: group, always: true) { a, row, count in
        let target = c + row &* cRowStride
        if epilogue.accumulate {
          for i in 0..<count { (tile + i &* R.width).update(from: target + i &* cRowStride, count: columns) }
        }
        RegisterTile<R>(
          a: a, b: b, depth: depth, c: tile, cRowStride: R.width, epilogue: epilogue
        ).multiply(rows: count, packingInto: nil)
        for i in 0..<count { (target + i &* cRowStride).update(from: tile + i &* R.width, count: columns) }
      }
    }
  }

  /// Cuts the rows into the groups in which A is packed; rows that are not packed need no cut, unless `always`.
  @inline(__always)
  private func forEachGroup(of size: Int, always: Bool = false, _ body: (MatrixOperand<S>, Int, Int) -> Void) {
    if aStep == 0 && !always { return body(a, 0, rows) }
    var (row, group) = (0, a)
    while row < rows {
      body(group, row, min(size, rows &- row))
      row &+= size
      group.pointer += aStep == 0 ? size &* a.rowStride : aStep
    }
  }
}
