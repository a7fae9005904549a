/// One or two machine vectors side by side: a row of a register tile, or the piece of a row of B beside it.
///
/// Each operation is written out vector by vector, so that the compiler keeps every vector in a register.
protocol Strip {
  associatedtype Vector: Lanes where Vector.Scalar: Real

  /// The scalars in a strip.
  static var width: Int { get }
  init(repeating value: Vector.Scalar)
  /// Reads `width` adjacent scalars.
  init(from pointer: UnsafePointer<Vector.Scalar>)
  /// Reads vectors that lie `step` scalars apart.
  init(from pointer: UnsafePointer<Vector.Scalar>, step: Int)
  /// Writes `width` adjacent scalars.
  func store(to pointer: UnsafeMutablePointer<Vector.Scalar>)
  /// Adds `factor · strip`.
  mutating func add(_ factor: Vector.Scalar, times strip: Self)
  mutating func add(_ strip: Self)
  mutating func multiply(by factor: Vector.Scalar)
  /// Replaces negative numbers by zero and keeps NaN.
  mutating func rectify()
}

/// A strip of one vector.
struct OneVector<Vector: Lanes>: Strip where Vector.Scalar: Real {
  var v: Vector

  static var width: Int { Vector.scalarCount }

  @inline(__always)
  init(repeating value: Vector.Scalar) {
    v = Vector(repeating: value)
  }

  @inline(__always)
  init(from pointer: UnsafePointer<Vector.Scalar>) {
    v = UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  init(from pointer: UnsafePointer<Vector.Scalar>, step: Int) {
    self.init(from: pointer)
  }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Vector.Scalar>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: v, as: Vector.self)
  }

  @inline(__always)
  mutating func add(_ factor: Vector.Scalar, times strip: Self) {
    v = Vector.multiplyAdd(Vector(repeating: factor), strip.v, v)
  }

  @inline(__always)
  mutating func add(_ strip: Self) {
    v = Vector.plus(v, strip.v)
  }

  @inline(__always)
  mutating func multiply(by factor: Vector.Scalar) {
    v = Vector.times(Vector(repeating: factor), v)
  }

  @inline(__always)
  mutating func rectify() {
    v = Vector.larger(Vector(repeating: 0), v)
  }
}

/// A strip of two vectors.
struct TwoVectors<Vector: Lanes>: Strip where Vector.Scalar: Real {
  var left: Vector
  var right: Vector

  static var width: Int { 2 &* Vector.scalarCount }

  @inline(__always)
  init(repeating value: Vector.Scalar) {
    left = Vector(repeating: value)
    right = Vector(repeating: value)
  }

  @inline(__always)
  init(from pointer: UnsafePointer<Vector.Scalar>) {
    self.init(from: pointer, step: Vector.scalarCount)
  }

  @inline(__always)
  init(from pointer: UnsafePointer<Vector.Scalar>, step: Int) {
    left = UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
    right = UnsafeRawPointer(pointer + step).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Vector.Scalar>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: left, as: Vector.self)
    UnsafeMutableRawPointer(pointer + Vector.scalarCount).storeBytes(of: right, as: Vector.self)
  }

  @inline(__always)
  mutating func add(_ factor: Vector.Scalar, times strip: Self) {
    let factors = Vector(repeating: factor)
    left = Vector.multiplyAdd(factors, strip.left, left)
    right = Vector.multiplyAdd(factors, strip.right, right)
  }

  @inline(__always)
  mutating func add(_ strip: Self) {
    left = Vector.plus(left, strip.left)
    right = Vector.plus(right, strip.right)
  }

  @inline(__always)
  mutating func multiply(by factor: Vector.Scalar) {
    left = Vector.times(Vector(repeating: factor), left)
    right = Vector.times(Vector(repeating: factor), right)
  }

  @inline(__always)
  mutating func rectify() {
    left = Vector.larger(Vector(repeating: 0), left)
    right = Vector.larger(Vector(repeating: 0), right)
  }
}
