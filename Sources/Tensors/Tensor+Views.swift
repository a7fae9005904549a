import Kernels

extension Tensor {
  /// Returns the same elements in row-major order under another shape.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func reshaped(_ newShape: Shape) -> Tensor {
    precondition(newShape.count == count, "reshaped: shape \(shape) has not as many elements as \(newShape)")
    let source = contiguous()
    return Tensor(shape: newShape, viewStrides: nil, offset: source.offset, storage: source.storage)
  }

  /// Returns a view with two axes exchanged.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func transposed(_ first: Int, _ second: Int) -> Tensor {
    let (a, b) = (shape.normalized(first), shape.normalized(second))
    var (dimensions, strides) = (shape.dimensions, strides)
    dimensions.swapAt(a, b)
    strides.swapAt(a, b)
    return view(Shape(dimensions), strides: strides, offset: offset)
  }

  /// Returns a view of a range of one axis.
  public func sliced(_ axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = shape.normalized(axis)
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis], "sliced: range \(range) of axis \(axis) of \(shape)")
    return view(
      shape.replacing(axis, with: range.count), strides: strides, offset: offset + range.lowerBound * strides[axis])
  }

  /// Returns a view in which axes of length 1, and missing leading axes, repeat, with stride 0.
  public func broadcast(to newShape: Shape) -> Tensor {
    if newShape == shape { return self }
    precondition(
      shape.broadcast(with: newShape, in: "broadcast") == newShape,
      "broadcast: shape \(shape) does not fill \(newShape)")
    let missing = newShape.rank - shape.rank
    let own = strides
    let strides = newShape.dimensions.indices.map { axis in
      axis < missing || shape[axis - missing] != newShape[axis] ? 0 : own[axis - missing]
    }
    return view(newShape, strides: strides, offset: offset)
  }

  /// Returns the tensor with its elements in row-major order: itself, or a copy if it is a view.
  public func contiguous() -> Tensor {
    isContiguous ? self : copy()
  }

  /// A contiguous tensor with memory of its own.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func copy() -> Tensor {
    Tensor(shape) { target in
      storage.withPointer { source in
        guard let strides = viewStrides else {
          target.update(from: source + offset, count: count)
          return
        }
        copyStrided(shape.dimensions[...], strides[...], from: source + offset, to: target)
      }
    }
  }

  private func view(_ shape: Shape, strides: [Int], offset: Int) -> Tensor {
    let rowMajor = shape.rowMajorStrides
    // Strides of axes of length 1 are never used.
    let isContiguous = shape.dimensions.indices.allSatisfy { shape[$0] == 1 || strides[$0] == rowMajor[$0] }
    return Tensor(
      shape: shape, viewStrides: isContiguous || shape.count == 0 ? nil : strides, offset: offset, storage: storage)
  }
}

/// Copies a strided block into row-major order, one axis a call.
private func copyStrided<Scalar: Real>(
  _ dimensions: ArraySlice<Int>, _ strides: ArraySlice<Int>,
  from source: UnsafeMutablePointer<Scalar>, to target: UnsafeMutablePointer<Scalar>
) {
  guard let length = dimensions.first, let stride = strides.first else {
    target.pointee = source.pointee
    return
  }
  if dimensions.count == 1 {
    if stride == 1 {
      target.update(from: source, count: length)
    } else {
      for index in 0..<length { target[index] = source[index &* stride] }
    }
    return
  }
  let inner = dimensions.dropFirst().reduce(1, *)
  for index in 0..<length {
    copyStrided(dimensions.dropFirst(), strides.dropFirst(), from: source + index * stride, to: target + index * inner)
  }
}

extension Tensor {
  /// Returns tensors joined along an axis.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func concatenated(_ parts: [Tensor], axis: Int) -> Tensor {
    precondition(!parts.isEmpty, "concatenated: no tensors")
    let first = parts[0].shape
    let axis = first.normalized(axis)
    for part in parts {
      precondition(
        part.shape.rank == first.rank && part.shape.replacing(axis, with: 0) == first.replacing(axis, with: 0),
        "concatenated: shapes \(first) and \(part.shape) along axis \(axis)")
    }
    let total = parts.reduce(0) { $0 + $1.shape[axis] }
    let outer = first.count(0..<axis)
    let inner = first.count(axis + 1..<first.rank)
    return Tensor(first.replacing(axis, with: total)) { target in
      var column = 0
      for part in parts {
        let block = part.shape[axis] * inner
        part.withUnsafePointer { source in
          for row in 0..<outer {
            (target + row * total * inner + column).update(from: source + row * block, count: block)
          }
        }
        column += block
      }
    }
  }
}
