import Autograd
import Kernels
import Tensors

/// Copies each token to the groups of its experts.
///
///     forward    x_p = h_{source(p)}
///     backward   dh_t = Σ_s dx_{position(s)} over the choices s of token t
///
/// Runs `Kernel.gatherRows`, `Kernel.sumRows`; definition: `TokenRowsCases.swift`.
///
/// - Parameters:
///   - h: Tokens, n×d.
///   - dispatch: Where they go.
/// - Returns: Rows sorted by expert, P×d.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func dispatched<Scalar: Real>(_ h: Variable<Scalar>, _ dispatch: TokenAssignment) -> Variable<Scalar> {
  let width = h.shape[1]
  precondition(
    h.shape == [dispatch.tokens, width], "dispatched: \(h.shape) for a dispatch of \(dispatch.tokens) tokens")
  let (workers, dh) = (h.tape.workers, Place(h))
  let x = h.value.gatheringRows(dispatch.sources, workers: workers)
  return h.tape.record(x, from: h) { dx, gradients in
    let gradient = Tensor<Scalar>(dh.shape) { target in
      dx.withUnsafePointer { dx in
        Kernel.sumRows(
          dx, width: width, positions: dispatch.positions, weights: nil, tokens: dispatch.tokens,
          starts: dispatch.starts, into: target, workers: workers)
      }
    }
    gradients.add(gradient, to: dh)
  }
}
