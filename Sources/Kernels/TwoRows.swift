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
