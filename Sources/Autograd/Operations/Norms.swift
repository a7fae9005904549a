import Kernels
import Tensors

/// y = LN(x) along the last axis (Ba, Kiros, Hinton 2016).
///
///     forward    x̂ = (x − mean(x)) / √(variance(x) + ε),   y = γ ⊙ x̂ + β
///     backward   dγ = Σ_rows dy ⊙ x̂,   dβ = Σ_rows dy,
///                with u = γ ⊙ dy:  dx = (u − mean(u) − x̂ ⊙ mean(u ⊙ x̂)) / √(variance(x) + ε)
///
/// Shapes: x and y …×d; γ and β of length d. ε keeps constant rows finite.
///
/// Runs `Kernel.layerNormRows`, `Kernel.layerNormRowsBackward`; definition: `LayerNormCase.swift`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func layerNorm<Scalar: Real>(
  _ x: Variable<Scalar>, gain: Variable<Scalar>, bias: Variable<Scalar>, epsilon: Scalar
) -> Variable<Scalar> {
  let width = x.shape[-1]
  precondition(
    gain.shape == [width] && bias.shape == [width], "layerNorm: gain \(gain.shape), bias \(bias.shape) for \(x.shape)")
  let rows = x.value.count / width
  let (workers, dx, dGain, dBias) = (x.tape.workers, Place(x), Place(gain), Place(bias))
  let (xValue, gainValue) = (x.value.contiguous(), gain.value)
  let outputs = Tensor<Scalar>.tensors([x.shape, [rows], [rows]]) { outputs in
    withPointers(xValue, gainValue, bias.value) { x, gain, bias in
      Kernel.layerNormRows(
        x, gain: gain, bias: bias, epsilon: epsilon, rows: rows, columns: width, into: outputs[0], mean: outputs[1],
        inverseDeviation: outputs[2], workers: workers)
    }
  }
  let (mean, inverseDeviation) = (outputs[1], outputs[2])
  return x.tape.record(outputs[0], from: x, gain, bias) { dy, gradients in
    let results = Tensor<Scalar>.tensors([dx.shape, [width], [width]]) { results in
      withPointers(xValue, gainValue, mean, inverseDeviation, dy) { x, gain, mean, inverseDeviation, dy in
        Kernel.layerNormRowsBackward(
          x, gain: gain, mean: mean, inverseDeviation: inverseDeviation, dy: dy, rows: rows, columns: width,
          dx: results[0], dGain: results[1], dBias: results[2], workers: workers)
      }
    }
    gradients.add(results[0], to: dx)
    gradients.add(results[1], to: dGain)
    gradients.add(results[2], to: dBias)
  }
}
