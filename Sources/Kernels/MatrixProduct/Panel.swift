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
  @inline(__always)
  func multiply(packingInto packed: UnsafeMutablePointer<S>?, upcoming: Upcoming<S>) {
    var upcoming = upcoming
    forEachGroup(of: R.Vector.scalarCount) { a, row, count in
      var ready = b
      if let packed, row > 0 { ready = .packedStrips(packed, R.self) }
      RegisterTile<R>(
        a: a, b: ready, depth: depth, c: c + row &* cRowStride, cRowStride: cRowStride, epilogue: epilogue
      ).multiply(rows: count, packingInto: row == 0 ? packed : nil, upcoming: &upcoming)
    }
  }

  /// Multiplies at the right edge, where the columns do not fill a strip of one vector.
  ///
  /// Tiles are computed in memory as wide as a strip and copied from there.
  @inline(__always)
  func multiplyEdge(_ tile: UnsafeMutablePointer<S>) {
    let group = R.Vector.scalarCount
    var nothing = Upcoming<S>.nothing
    var epilogue = epilogue
    if let bias = epilogue.bias {
      let padded = tile + group &* R.width
      Packing<S>.copyFew(bias, to: padded, count: columns)
      epilogue.bias = UnsafePointer(padded)
    }
    forEachGroup(of: group, always: true) { a, row, count in
      let target = c + row &* cRowStride
      if epilogue.accumulate {
        for i in 0..<count { Packing<S>.copyFew(target + i &* cRowStride, to: tile + i &* R.width, count: columns) }
      }
      RegisterTile<R>(a: a, b: b, depth: depth, c: tile, cRowStride: R.width, epilogue: epilogue)
        .multiply(rows: count, packingInto: nil, upcoming: &nothing)
      for i in 0..<count { Packing<S>.copyFew(tile + i &* R.width, to: target + i &* cRowStride, count: columns) }
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
