import Kernels
import Tensors

/// What an affine map does to its result before writing it, so that no second pass over memory is needed.
public enum Activation: Sendable {
  /// Nothing.
  case identity
  /// max(0, x).
  case relu
}

/// y = φ(x Wᵀ + b): a linear layer with its activation.
///
///     forward    y = φ(x Wᵀ + b),   φ = identity or relu
///     backward   z = dy ⊙ φ′;   dx = z W,   dW = zᵀ x,   db = Σ_rows z
///
/// Shapes: x …×in, leading axes counting as rows; W out×in; b of length out, or nil for none; y …×out.
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func affine<Scalar: Real>(
  _ x: Variable<Scalar>, weight: Variable<Scalar>, bias: Variable<Scalar>? = nil, activation: Activation = .identity
) -> Variable<Scalar> {
  let (outputs, inputs) = (weight.shape[0], weight.shape[1])
  precondition(
    x.shape[-1] == inputs && bias.map { $0.shape == [outputs] } ?? true,
    "affine: weight \(weight.shape), bias \(bias?.shape.description ?? "none") for input \(x.shape)")
  let rows = x.value.count / max(1, inputs)
  let (workers, dx, dWeight, dBias) = (x.tape.workers, Place(x), Place(weight), bias.map(Place.init))
  let (xValue, weightValue) = (x.value.contiguous(), weight.value)

  let y = Tensor<Scalar>(x.shape.replacing(-1, with: outputs)) { y in
    withPointers(xValue, weightValue, bias?.value ?? weightValue) { x, w, b in
      MatrixProduct(
        rows: rows, columns: outputs, depth: inputs,
        a: MatrixOperand(x, rowStride: inputs, columnStride: 1),
        b: MatrixOperand(w, rowStride: 1, columnStride: inputs),
        c: y, cRowStride: outputs, bias: bias == nil ? nil : b, relu: activation == .relu
      ).multiply(workers: workers)
    }
  }
  let pullback: Tape<Scalar>.Pullback = { [gate = activation == .relu ? y : nil] dy, gradients in
    let z = (gate.map { dy.maskedByPositive($0, workers: workers) } ?? dy).contiguous().reshaped([rows, outputs])
    gradients.add(z.matrixProduct(weightValue, workers: workers).reshaped(dx.shape), to: dx)
    gradients.add(
      z.transposed(0, 1).matrixProduct(xValue.reshaped([rows, inputs]), workers: workers), to: dWeight)
    if let dBias { gradients.add(z.sum(axis: 0, workers: workers), to: dBias) }
  }
  if let bias { return x.tape.record(y, from: x, weight, bias, pullback: pullback) }
  return x.tape.record(y, from: x, weight, pullback: pullback)
}

/// y = x Wᵀ, where the first rows of each matrix of x are constants, as Transformer-XL's memory is.
///
///     forward    y = x Wᵀ
///     backward   dx = [0 ; dy_rest W],   dW = dyᵀ x
///
/// `affine` has the same y and dW, but computes what flows into the constants before it is thrown away: for keys and
/// values of a memory as long as the segment, half of dx.
///
/// Shapes: x batch×rows×in, of whose rows the first `constantRows` need no gradient; W out×in; y batch×rows×out.
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func projected<Scalar: Real>(
  _ x: Variable<Scalar>, constantRows: Int, weight: Variable<Scalar>
) -> Variable<Scalar> {
  precondition(
    x.shape.rank == 3 && weight.shape.rank == 2 && x.shape[2] == weight.shape[1] && 0...x.shape[1] ~= constantRows,
    "projected: weight \(weight.shape) for input \(x.shape), \(constantRows) constant rows")
  let (batch, rows, inputs) = (x.shape[0], x.shape[1], x.shape[2])
  let outputs = weight.shape[0]
  let (workers, dx, dWeight) = (x.tape.workers, Place(x), Place(weight))
  let (xValue, weightValue) = (x.value.contiguous().reshaped([batch * rows, inputs]), weight.value)
  let y = xValue.matrixProduct(weightValue.transposed(0, 1), workers: workers)
  return x.tape.record(y.reshaped([batch, rows, outputs]), from: x, weight) { dy, gradients in
    let rest = dy.sliced(1, constantRows..<rows)
    gradients.add(
      .concatenated(
        [.zeros([batch, constantRows, inputs]), rest.matrixProduct(weightValue, workers: workers)], axis: 1), to: dx)
    gradients.add(
      dy.contiguous().reshaped([batch * rows, outputs]).transposed(0, 1).matrixProduct(xValue, workers: workers),
      to: dWeight)
  }
}

/// Z = X·Y over the last two axes, for every index of the leading ones.
///
///     forward    Z = X Y
///     backward   dX = dZ Yᵀ,   dY = Xᵀ dZ
///
/// Shapes: x …×m×k, y …×k×n, Z …×m×n, with the same leading axes.
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
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
