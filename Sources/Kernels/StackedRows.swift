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
