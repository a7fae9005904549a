import Kernels

extension Tensor {
  /// Returns the matrix product over the last two axes, for every index of the leading ones.
  ///
  /// Operands are read where they lie, so `a.matrixProduct(b.transposed(-1, -2))` is A·Bᵀ without a copy.
  ///
  /// - Parameter other: A tensor of shape …×k×n; leading axes as this tensor's, or none at all (the same matrix for
  ///   every index).
  /// - Returns: …×m×n for this tensor of shape …×m×k.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func matrixProduct(_ other: Tensor, workers: Workers = .one) -> Tensor {
    let rank = shape.rank
    precondition(
      rank >= 2 && other.shape.rank >= 2 && shape[-1] == other.shape[-2]
        && (other.shape.rank == 2 || other.shape.dimensions.dropLast(2) == shape.dimensions.dropLast(2)),
      "matrixProduct: shapes \(shape) and \(other.shape)")
    let (m, k, n) = (shape[-2], shape[-1], other.shape[-1])
    let batches = shape.count(0..<rank - 2)
    let (aOffsets, bOffsets) = (batchOffsets(), other.batchOffsets())
    let (aStrides, bStrides) = (strides.suffix(2), other.strides.suffix(2))
    return Tensor(shape.replacing(-1, with: n)) { c in
      withUnsafeStridedPointer { a in
        other.withUnsafeStridedPointer { b in
          let products = (0..<batches).map { batch in
            MatrixProduct(
              rows: m, columns: n, depth: k,
              a: MatrixOperand(
                a + aOffsets[batch], rowStride: aStrides[aStrides.startIndex],
                columnStride: aStrides[aStrides.startIndex + 1]),
              b: MatrixOperand(
                b + bOffsets[bOffsets.count == 1 ? 0 : batch], rowStride: bStrides[bStrides.startIndex],
                columnStride: bStrides[bStrides.startIndex + 1]),
              c: c + batch * m * n, cRowStride: n)
          }
          MatrixProduct.multiply(products, workers: workers)
        }
      }
    }
  }

  /// Where the matrices of the last two axes begin, in row-major order of the leading axes.
  private func batchOffsets() -> [Int] {
    var offsets = [0]
    for axis in 0..<shape.rank - 2 {
      offsets = offsets.flatMap { base in (0..<shape[axis]).map { base + $0 * strides[axis] } }
    }
    return offsets
  }
}
