import Kernels

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
  /// - Returns: One tensor for each shape.
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
  ///
  /// - Parameter scalars: As many numbers as the shape has elements.
  public init(_ shape: Shape, _ scalars: some Collection<Scalar>) {
    precondition(scalars.count == shape.count, "Tensor: \(scalars.count) scalars for shape \(shape)")
    self.init(shape) { pointer in
      _ = UnsafeMutableBufferPointer(start: pointer, count: shape.count).initialize(from: scalars)
    }
  }

  /// Creates a scalar tensor (rank 0).
  ///
  /// - Parameter scalar: Its only element.
  public init(_ scalar: Scalar) {
    self.init([]) { $0.pointee = scalar }
  }

  /// Creates a tensor of equal numbers.
  ///
  /// - Parameter value: Every element.
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
  ///
  /// - Parameter index: One number for each axis.
  public subscript(index: Int...) -> Scalar {
    precondition(
      index.count == shape.rank && zip(index, shape.dimensions).allSatisfy { $0 >= 0 && $0 < $1 },
      "Tensor: index \(index) in shape \(shape)")
    let position = zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }
    return storage.withPointer { $0[position] }
  }

  /// Calls a closure with the elements in row-major order, copying a view first.
  ///
  /// - Parameter body: Receives a pointer that is valid during the call.
  @specialized(where Scalar == Float, Result == Void)
  @specialized(where Scalar == Double, Result == Void)
  public func withUnsafePointer<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
    let tensor = contiguous()
    return try tensor.storage.withPointer { try body(UnsafePointer($0 + tensor.offset)) }
  }

  /// Calls a closure with the elements where they lie: a view's neighbours are ``strides`` apart.
  ///
  /// - Parameter body: Receives a pointer to the first element that is valid during the call.
  public func withUnsafeStridedPointer<Result>(_ body: (UnsafePointer<Scalar>) throws -> Result) rethrows -> Result {
    try storage.withPointer { try body(UnsafePointer($0 + offset)) }
  }

  /// Calls a closure with the elements in row-major order, for writing.
  ///
  /// Memory shared with other tensors is copied first, so none of them changes.
  ///
  /// - Parameter body: Receives a pointer that is valid during the call.
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
  /// Returns whether shapes and all elements are equal.
  ///
  /// - Parameters:
  ///   - a: A tensor.
  ///   - b: Another tensor.
  /// - Returns: True if equal; a NaN is unequal to everything.
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
