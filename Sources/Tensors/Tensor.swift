@_exported import Kernels
import Kernels

// A tensor's scalar, `Real`, and the threads of its operations, `Workers`, are the kernels' own types: whoever imports
// tensors needs both.

/// An n-dimensional array of numbers: a value, without gradients.
///
/// Copies share memory until one of them is written to. Views (``transposed(_:_:)``, ``sliced(_:_:)``,
/// ``broadcast(to:)``) share memory and differ in strides; operations that need neighbouring elements side by side copy
/// a view first, the matrix product reads it as it is.
public struct Tensor<Scalar: Real>: Sendable {
  /// The length of every axis.
  public let shape: Shape
  /// The distance of neighbours along each axis in elements, or nil if elements lie in row-major order without gaps.
  let viewStrides: [Int]?
  let offset: Int
  var storage: Storage<Scalar>

  init(shape: Shape, viewStrides: [Int]?, offset: Int, storage: Storage<Scalar>) {
    self.shape = shape
    self.viewStrides = viewStrides
    self.offset = offset
    self.storage = storage
  }

  /// Creates a tensor whose elements a closure writes.
  ///
  /// - Parameter write: Receives uninitialised memory for `shape.count` scalars and must write all of them.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(_ shape: Shape, write: (UnsafeMutablePointer<Scalar>) throws -> Void) rethrows {
    self.init(shape: shape, viewStrides: nil, offset: 0, storage: Storage(count: shape.count))
    try storage.withPointer { try write($0) }
  }

  /// Returns several tensors that one closure writes.
  ///
  /// - Parameter write: Receives uninitialised memory for each tensor and must write all of it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func tensors(_ shapes: [Shape], write: ([UnsafeMutablePointer<Scalar>]) -> Void) -> [Tensor] {
    func extend(_ pointers: [UnsafeMutablePointer<Scalar>]) -> [Tensor] {
      if pointers.count == shapes.count {
        write(pointers)
        return []
      }
      var others: [Tensor] = []
      let tensor = Tensor(shapes[pointers.count]) { others = extend(pointers + [$0]) }
      return [tensor] + others
    }
    return extend([])
  }

  /// Creates a tensor from a list of numbers in row-major order.
  public init(_ shape: Shape, _ scalars: some Collection<Scalar>) {
    precondition(scalars.count == shape.count, "Tensor: \(scalars.count) scalars for shape \(shape)")
    self.init(shape) { pointer in
      _ = UnsafeMutableBufferPointer(start: pointer, count: shape.count).initialize(from: scalars)
    }
  }

  /// Creates a scalar tensor (rank 0).
  public init(_ scalar: Scalar) {
    self.init([]) { $0.pointee = scalar }
  }

  /// Creates a tensor of equal numbers.
  public init(_ shape: Shape, repeating value: Scalar) {
    self.init(shape) { Kernel.fill($0, with: value, count: shape.count, workers: .one) }
  }

  /// Returns a tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(shape, repeating: 0) }

  /// The number of elements.
  public var count: Int { shape.count }

  /// Whether elements lie in row-major order without gaps.
  public var isContiguous: Bool { viewStrides == nil }

  /// The distance of neighbours along each axis, in elements.
  public var strides: [Int] { viewStrides ?? shape.rowMajorStrides }

  /// All elements in row-major order.
  public var scalars: [Scalar] {
    withUnsafePointer { Array(UnsafeBufferPointer(start: $0, count: count)) }
  }

  /// The only element of a tensor of one element.
  public var scalar: Scalar {
    precondition(count == 1, "Tensor.scalar: shape \(shape) has \(count) elements")
    return storage.withPointer { $0[offset] }
  }

  /// One element.
  public subscript(index: Int...) -> Scalar {
    precondition(
      index.count == shape.rank && zip(index, shape.dimensions).allSatisfy { $0 >= 0 && $0 < $1 },
      "Tensor: index \(index) in shape \(shape)")
    let position = zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }
    return storage.withPointer { $0[position] }
  }

  /// Calls a closure with the elements in row-major order, copying a view first.
  @specialized(where Scalar == Float, Result == Void)
  @specialized(where Scalar == Double, Result == Void)
  public func withUnsafePointer<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
    let tensor = contiguous()
    return try tensor.storage.withPointer { try body(UnsafePointer($0 + tensor.offset)) }
  }

  /// Calls a closure with the elements where they lie: a view's neighbours are ``strides`` apart.
  public func withUnsafeStridedPointer<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
    try storage.withPointer { try body(UnsafePointer($0 + offset)) }
  }

  /// Calls a closure with the elements in row-major order, for writing.
  ///
  /// Memory shared with other tensors is copied first, so none of them changes.
  @specialized(where Scalar == Float, Result == Void)
  @specialized(where Scalar == Double, Result == Void)
  public mutating func withUnsafeMutablePointer<Result>(
    _ body: (UnsafeMutablePointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    if !isContiguous || !isKnownUniquelyReferenced(&storage) { self = copy() }
    return try storage.withPointer { try body($0 + offset) }
  }
}

extension Tensor: Equatable {
  /// Whether shapes and all elements are equal; a NaN is unequal to everything.
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape && a.scalars == b.scalars
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first elements.
  public var description: String {
    let shown = scalars.prefix(8).map(\.description).joined(separator: ", ")
    return "Tensor(\(shape): \(shown)\(count > 8 ? ", …" : ""))"
  }
}

/// The memory of a tensor: uninitialised scalars from the pool, given back when the last tensor lets go.
///
/// A pointer read from a class does not keep the object alive under optimisation, so memory is reached through
/// ``withPointer(_:)`` only.
final class Storage<Scalar: Real>: @unchecked Sendable {
  let count: Int
  private let bytes: Int
  private let base: UnsafeMutablePointer<Scalar>

  init(count: Int) {
    self.count = count
    bytes = BufferPool.blockSize(count * MemoryLayout<Scalar>.stride)
    base = BufferPool.take(bytes).bindMemory(to: Scalar.self, capacity: count)
  }

  deinit {
    BufferPool.give(UnsafeMutableRawPointer(base), size: bytes)
  }

  @inline(__always)
  func withPointer<Result>(_ body: (UnsafeMutablePointer<Scalar>) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(base) }
  }
}
