import Kernels
import Tensors

/// y = x Wᵀ, where the first rows of each matrix of x are constants, as Transformer-XL's memory is.
///
///     forward    y = x Wᵀ
///     backward   dx = [0 ; dy_rest W],   dW = dyᵀ x
///
/// `affine` has the same y and dW, but computes what flows into the constants before it is thrown away: for keys and
/// values of a memory as long as the segment, half of dx.
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
///
/// - Parameters:
///   - x: A variable batch×rows×in.
///   - constantRows: How many rows at the head of each matrix need no gradient, at most all.
///   - weight: W, out×in.
/// - Returns: A variable batch×rows×out.
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
