import Tensors

/// Z = X·Y over the last two axes, for every index of the leading ones.
///
///     forward    Z = X Y
///     backward   dX = dZ Yᵀ,   dY = Xᵀ dZ
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
///
/// - Parameters:
///   - x: A variable …×m×k.
///   - y: A variable …×k×n with the same leading axes.
/// - Returns: A variable …×m×n.
public func matmul<Scalar: Real>(_ x: Variable<Scalar>, _ y: Variable<Scalar>) -> Variable<Scalar> {
  precondition(
    x.shape.rank == y.shape.rank && x.shape.dimensions.dropLast(2) == y.shape.dimensions.dropLast(2),
    "matmul: shapes \(x.shape) and \(y.shape)")
  let (workers, dx, dy) = (x.tape.workers, Place(x), Place(y))
  let (xValue, yValue) = (x.value, y.value)
  return x.tape.record(xValue.matrixProduct(yValue, workers: workers), from: x, y) { dz, gradients in
    gradients.add(dz.matrixProduct(yValue.transposed(-1, -2), workers: workers), to: dx)
    gradients.add(xValue.transposed(-1, -2).matrixProduct(dz, workers: workers), to: dy)
  }
}
