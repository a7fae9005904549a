import Autograd
import Kernels
import Tensors

/// The same affine map with other weights for each expert's group of rows: y_p = φ(x_p W_iᵀ + b_i) for rows p of expert i.
///
///     forward    Y_i = φ(X_i W_iᵀ + b_i)                       for every expert i with rows
///     backward   Z_i = dY_i ⊙ φ′;   dX_i = Z_i W_i,   dW_i = Z_iᵀ X_i,   db_i = Σ_rows Z_i
///
/// The matrices of all experts run as one group of products, so threads stay busy however unequal the groups are.
///
/// Shapes: X P×in, sorted by expert; W N×out×in; b N×out; Y P×out.
///
/// Runs `MatrixProduct.multiply`; definition: `MatrixProduct+Definition.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func groupedAffine<Scalar: Real>(
  _ x: Variable<Scalar>, weight: Variable<Scalar>, bias: Variable<Scalar>, _ dispatch: TokenAssignment,
  activation: Activation = .identity
) -> Variable<Scalar> {
  let (experts, outputs, inputs) = (weight.shape[0], weight.shape[1], weight.shape[2])
  let rows = dispatch.choices
  precondition(
    x.shape == [rows, inputs] && bias.shape == [experts, outputs] && experts == dispatch.experts,
    "groupedAffine: x \(x.shape), weight \(weight.shape), bias \(bias.shape) for \(rows) rows, N = \(dispatch.experts)")
  let (workers, dx, dWeight, dBias) = (x.tape.workers, Place(x), Place(weight), Place(bias))
  let (xValue, weightValue) = (x.value.contiguous(), weight.value)

  let y = Tensor<Scalar>([rows, outputs]) { y in
    withPointers(xValue, weightValue, bias.value) { x, w, b in
      let products = dispatch.groups.map { expert, rows in
        MatrixProduct(
          rows: rows.count, columns: outputs, depth: inputs,
          a: MatrixOperand(x + rows.lowerBound * inputs, rowStride: inputs, columnStride: 1),
          b: MatrixOperand(w + expert * outputs * inputs, rowStride: 1, columnStride: inputs),
          c: y + rows.lowerBound * outputs, cRowStride: outputs, bias: b + expert * outputs, relu: activation == .relu)
      }
      MatrixProduct.multiply(products, workers: workers)
    }
  }
  return x.tape.record(y, from: x, weight, bias) { [gate = activation == .relu ? y : nil] dy, gradients in
    let z = (gate.map { dy.maskedByPositive($0, workers: workers) } ?? dy).contiguous()
    gradients.add(inputGradient(z, weightValue, dispatch, workers), to: dx)
    gradients.add(weightGradient(z, xValue, dispatch, workers), to: dWeight)
    gradients.add(biasGradient(z, dispatch, workers), to: dBias)
  }
}

/// dX_i = Z_i W_i.
private func inputGradient<Scalar: Real>(
  _ z: Tensor<Scalar>, _ weight: Tensor<Scalar>, _ dispatch: TokenAssignment, _ workers: Workers
) -> Tensor<Scalar> {
  let (outputs, inputs) = (weight.shape[1], weight.shape[2])
  return Tensor([z.shape[0], inputs]) { dx in
    withPointers(z, weight) { z, w in
      let products = dispatch.groups.map { expert, rows in
        MatrixProduct(
          rows: rows.count, columns: inputs, depth: outputs,
          a: MatrixOperand(z + rows.lowerBound * outputs, rowStride: outputs, columnStride: 1),
          b: MatrixOperand(w + expert * outputs * inputs, rowStride: inputs, columnStride: 1),
          c: dx + rows.lowerBound * inputs, cRowStride: inputs)
      }
      MatrixProduct.multiply(products, workers: workers)
    }
  }
}

/// dW_i = Z_iᵀ X_i; zero for an expert without rows.
private func weightGradient<Scalar: Real>(
  _ z: Tensor<Scalar>, _ x: Tensor<Scalar>, _ dispatch: TokenAssignment, _ workers: Workers
) -> Tensor<Scalar> {
  let (outputs, inputs) = (z.shape[1], x.shape[1])
  return Tensor([dispatch.experts, outputs, inputs]) { dw in
    withPointers(z, x) { z, x in
      let products = (0..<dispatch.experts).map { expert in
        let rows = dispatch.rows(of: expert)
        return MatrixProduct(
          rows: outputs, columns: inputs, depth: rows.count,
          a: MatrixOperand(z + rows.lowerBound * outputs, rowStride: 1, columnStride: outputs),
          b: MatrixOperand(x + rows.lowerBound * inputs, rowStride: inputs, columnStride: 1),
          c: dw + expert * outputs * inputs, cRowStride: inputs)
      }
      MatrixProduct.multiply(products, workers: workers)
    }
  }
}

/// db_i = Σ_rows Z_i; zero for an expert without rows.
private func biasGradient<Scalar: Real>(
  _ z: Tensor<Scalar>, _ dispatch: TokenAssignment, _ workers: Workers
) -> Tensor<Scalar> {
  let outputs = z.shape[1]
  return Tensor([dispatch.experts, outputs]) { db in
    z.withUnsafePointer { z in
      workers.forEach(dispatch.experts) { expert in
        let rows = dispatch.rows(of: expert)
        Kernel.columnSums(
          z + rows.lowerBound * outputs, rows: rows.count, columns: outputs, rowStride: outputs,
          into: db + expert * outputs, accumulate: false, workers: .one)
      }
    }
  }
}
