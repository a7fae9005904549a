import Tensors

/// Chosen rows of a matrix: an embedding table's lookup, and the dispatch of tokens to experts.
///
///     forward    y_p = x_{i_p}
///     backward   dx_r = Σ_{p : i_p = r} dy_p
///
/// Runs `Kernel.gatherRows`; definition: `TokenRowsCases.swift`.
///
/// - Parameters:
///   - x: A variable rows×….
///   - indices: Row numbers; a row may occur any number of times.
/// - Returns: A variable P×… for P indices.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func gatherRows<Scalar: Real>(_ x: Variable<Scalar>, _ indices: [Int32]) -> Variable<Scalar> {
  let dx = Place(x)
  return x.tape.record(x.value.gatheringRows(indices, workers: x.tape.workers), from: x) { dy, gradients in
    gradients.add(dy.scatteringRows(indices, rows: dx.shape[0]), to: dx)
  }
}
