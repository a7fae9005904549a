import Kernels
import Tensors

/// y = φ(x Wᵀ + b): a linear layer with its activation.
///
///     forward    y = φ(x Wᵀ + b),   φ = identity or relu
///     backward   z = dy ⊙ φ′;   dx = z W,   dW = zᵀ x,   db = Σ_rows z
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
///
/// - Parameters:
///   - x: A variable …×in; leading axes count as rows.
///   - weight: W, out×in.
///   - bias: b, of length out, or nil for none.
///   - activation: φ.
/// - Returns: A variable …×out.
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
