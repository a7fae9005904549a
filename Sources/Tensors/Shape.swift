import Kernels

/// The lengths of a tensor's axes, outermost first.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The length of every axis.
  public let dimensions: [Int]

  /// Creates a shape.
  ///
  /// - Parameter dimensions: The length of every axis; none may be negative. An empty list is a scalar's shape.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "Shape: a negative length in \(dimensions)")
    self.dimensions = dimensions
  }

  /// Creates a shape from a literal.
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// The number of axes.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of all lengths.
  public var count: Int { dimensions.reduce(1, *) }

  /// The length of one axis; negative numbers count from the end, −1 being the last.
  public subscript(axis: Int) -> Int { dimensions[normalized(axis)] }

  /// The axes as "2×3×4", a scalar as "scalar".
  public var description: String {
    rank == 0 ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }

  /// Returns the shape with one axis of another length.
  public func replacing(_ axis: Int, with length: Int) -> Shape {
    var result = dimensions
    result[normalized(axis)] = length
    return Shape(result)
  }

  /// Returns the shape without one axis.
  public func removing(_ axis: Int) -> Shape {
    var result = dimensions
    result.remove(at: normalized(axis))
    return Shape(result)
  }

  /// Returns the shape of an element-wise operation on tensors of two shapes.
  ///
  /// Shapes are aligned at their last axes; lengths must be equal or one of them 1.
  func broadcast(with other: Shape, in operation: String) -> Shape {
    let rank = max(self.rank, other.rank)
    var result = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let a = axis < rank - self.rank ? 1 : dimensions[axis - rank + self.rank]
      let b = axis < rank - other.rank ? 1 : other.dimensions[axis - rank + other.rank]
      precondition(a == b || a == 1 || b == 1, "\(operation): shapes \(self) and \(other) do not broadcast")
      result[axis] = a == 1 ? b : a
    }
    return Shape(result)
  }

  /// The strides of a contiguous tensor: how far apart neighbours along each axis are, in elements.
  var rowMajorStrides: [Int] {
    var result = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      result[axis] = result[axis + 1] * dimensions[axis + 1]
    }
    return result
  }

  /// The product of the lengths of some axes.
  func count(_ axes: Range<Int>) -> Int { dimensions[axes].reduce(1, *) }

  /// The axis counted from the front.
  func normalized(_ axis: Int) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    precondition(dimensions.indices.contains(positive), "Shape: axis \(axis) of a tensor of shape \(self)")
    return positive
  }
}
