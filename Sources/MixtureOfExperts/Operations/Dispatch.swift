import Autograd
import Kernels
import Tensors

/// Copies each token to the groups of its experts.
///
///     forward    x_p = h_{source(p)}
///     backward   dh_t = Σ_s dx_{position(s)} over the choices s of token t
///
/// Shapes: h n×d; x P×d, sorted by expert.
///
/// Runs `Kernel.gatherRows`, `Kernel.sumRows`; definition: `TokenRowsCases.swift`.
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

/// Adds up each token's expert outputs, weighted by the gates: y(h) = Σ_{i ∈ 𝒯(h)} g_i(h) E_i(h).
///
///     forward    y_t = Σ_s g_s E_{position(s)}                       over the choices s of token t; zeros without any
///     backward   dE_{position(s)} = g_s dy_t,   dg_s = ⟨dy_t, E_{position(s)}⟩
///
/// Shapes: E P×d, sorted by expert; g a number for each choice: n×k, or P where tokens differ in how many they have; y n×d.
///
/// Runs `Kernel.sumRows`, `Kernel.spreadRows`, `Kernel.rowProducts`; definition: `TokenRowsCases.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func combined<Scalar: Real>(
  _ outputs: Variable<Scalar>, gates: Variable<Scalar>, _ dispatch: TokenAssignment
) -> Variable<Scalar> {
  let (tokens, choices, width) = (dispatch.tokens, dispatch.choices, outputs.shape[1])
  precondition(
    outputs.shape == [choices, width] && gates.value.count == choices && [choices, tokens].contains(gates.shape[0]),
    "combined: outputs \(outputs.shape), gates \(gates.shape) for \(tokens) tokens with \(choices) choices")
  let (workers, dOutputs, dGates) = (outputs.tape.workers, Place(outputs), Place(gates))
  let (E, g) = (outputs.value.contiguous(), gates.value.contiguous())
  let y = Tensor<Scalar>([tokens, width]) { y in
    withPointers(E, g) { E, g in
      Kernel.sumRows(
        E, width: width, positions: dispatch.positions, weights: g, tokens: tokens, starts: dispatch.starts, into: y,
        workers: workers)
    }
  }
  return outputs.tape.record(y, from: outputs, gates) { dy, gradients in
    let dE = Tensor<Scalar>(dOutputs.shape) { dE in
      withPointers(dy, g) { dy, g in
        Kernel.spreadRows(
          dy, width: width, positions: dispatch.positions, weights: g, tokens: tokens, starts: dispatch.starts,
          into: dE, workers: workers)
      }
    }
    let dg = Tensor<Scalar>(dGates.shape) { dg in
      withPointers(dy, E) { dy, E in
        Kernel.rowProducts(
          dy, E, width: width, positions: dispatch.positions, tokens: tokens, starts: dispatch.starts, into: dg,
          workers: workers)
      }
    }
    gradients.add(dE, to: dOutputs)
    gradients.add(dg, to: dGates)
  }
}
