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
