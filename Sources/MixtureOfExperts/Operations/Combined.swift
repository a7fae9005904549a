import Autograd
import Kernels
import Tensors

/// Adds up each token's expert outputs, weighted by the gates: y(h) = Σ_{i ∈ 𝒯(h)} g_i(h) E_i(h).
///
///     forward    y_t = Σ_s g_ts E_{position(t, s)}
///     backward   dE_{position(t, s)} = g_ts dy_t,   dg_ts = ⟨dy_t, E_{position(t, s)}⟩
///
/// Runs `Kernel.sumRows`, `Kernel.spreadRows`, `Kernel.rowProducts`; definition: `TokenRowsCases.swift`.
///
/// - Parameters:
///   - outputs: E, the experts' outputs sorted by expert, n·k×d.
///   - gates: g, n×k.
///   - dispatch: Where each token's outputs are.
/// - Returns: y, n×d.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func combined<Scalar: Real>(
  _ outputs: Variable<Scalar>, gates: Variable<Scalar>, _ dispatch: TokenAssignment
) -> Variable<Scalar> {
  let (tokens, k, width) = (dispatch.tokens, dispatch.k, outputs.shape[1])
  precondition(
    outputs.shape == [tokens * k, width] && gates.shape == [tokens, k],
    "combined: outputs \(outputs.shape), gates \(gates.shape) for \(tokens) tokens, k = \(k)")
  let (workers, dOutputs, dGates) = (outputs.tape.workers, Place(outputs), Place(gates))
  let (E, g) = (outputs.value.contiguous(), gates.value.contiguous())
  let y = Tensor<Scalar>([tokens, width]) { y in
    withPointers(E, g) { E, g in
      Kernel.sumRows(
        E, width: width, positions: dispatch.positions, weights: g, tokens: tokens, k: k, into: y, workers: workers)
    }
  }
  return outputs.tape.record(y, from: outputs, gates) { dy, gradients in
    let dE = Tensor<Scalar>(dOutputs.shape) { dE in
      withPointers(dy, g) { dy, g in
        Kernel.spreadRows(
          dy, width: width, positions: dispatch.positions, weights: g, tokens: tokens, k: k, into: dE, workers: workers)
      }
    }
    let dg = Tensor<Scalar>(dGates.shape) { dg in
      withPointers(dy, E) { dy, E in
        Kernel.rowProducts(
          dy, E, width: width, positions: dispatch.positions, tokens: tokens, k: k, into: dg, workers: workers)
      }
    }
    gradients.add(dE, to: dOutputs)
    gradients.add(dg, to: dGates)
  }
}
