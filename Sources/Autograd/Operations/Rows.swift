import Kernels
import Tensors

/// Chosen rows of a matrix: an embedding table's lookup, and the dispatch of tokens to experts.
///
///     forward    y_p = x_{i_p}
///     backward   dx_r = Σ_{p : i_p = r} dy_p
///
/// Shapes: x rows×…; P indices, in which a row may occur any number of times; y P×….
///
/// Runs `Kernel.gatherRows`; definition: `TokenRowsCases.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func gatherRows<Scalar: Real>(_ x: Variable<Scalar>, _ indices: [Int32]) -> Variable<Scalar> {
  let dx = Place(x)
  return x.tape.record(x.value.gatheringRows(indices, workers: x.tape.workers), from: x) { dy, gradients in
    gradients.add(dy.scatteringRows(indices, rows: dx.shape[0]), to: dx)
  }
}

/// k chosen entries of every row of the last axis: the probabilities of the chosen experts.
///
///     forward    y_{rp} = x_{r, i_rp}
///     backward   dx_{rj} = Σ_{p : i_rp = j} dy_{rp}
///
/// Shapes: x n×N; indices row-major n×k column numbers, as ``/Tensors/Tensor/topK(_:)`` returns them; y n×k.
///
/// Runs `Kernel.select`, `Kernel.addSelected`; definition: `TokenRowsCases.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func select<Scalar: Real>(_ x: Variable<Scalar>, _ indices: [Int32], k: Int) -> Variable<Scalar> {
  let (rows, columns) = (x.shape[0], x.shape[1])
  precondition(
    x.shape.rank == 2 && indices.count == rows * k && indices.allSatisfy { $0 >= 0 && Int($0) < columns },
    "select: \(indices.count) indices, k = \(k), of shape \(x.shape)")
  let dx = Place(x)
  let value = Tensor<Scalar>([rows, k]) { target in
    x.value.withUnsafePointer {
      Kernel.select($0, rows: rows, columns: columns, indices: indices, k: k, into: target)
    }
  }
  return x.tape.record(value, from: x) { dy, gradients in
    var result = Tensor<Scalar>.zeros(dx.shape)
    result.withUnsafeMutablePointer { target in
      dy.withUnsafePointer {
        Kernel.addSelected($0, scale: 1, rows: rows, columns: columns, indices: indices, k: k, to: target)
      }
    }
    gradients.add(result, to: dx)
  }
}
