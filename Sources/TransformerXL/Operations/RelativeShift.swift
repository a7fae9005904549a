import Autograd
import Tensors

/// Turns scores by relative position into scores by key: Transformer-XL's shift (Dai and others, 2019, appendix B).
///
/// Row ρ of the position table belongs to distance K−1−ρ. Query i stands at place i + M′ among the K = M′ + T keys, so key
/// j is i + M′ − j steps back, which is row ρ = j + T−1−i.
///
///     forward    y_ij = x_{i, j+T−1−i} for j ≤ i + M′, else 0 (such keys lie in the future and are masked)
///     backward   dx_iρ = dy_{i, ρ−(T−1−i)} for ρ ≥ T−1−i, else 0
///
/// Equation [shift] in NOTES.md.
///
/// Runs no kernel, nor in training; definition: `RelativeShiftTests.swift`.
///
/// - Parameter x: A variable …×T×K with K ≥ T.
/// - Returns: A variable of the same shape.
public func relativeShift<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  precondition(x.shape[-1] >= x.shape[-2], "relativeShift: \(x.shape) has fewer keys than queries")
  let dx = Place(x)
  return x.tape.record(shifted(x.value, .towardsKeys), from: x) { dy, gradients in
    gradients.add(shifted(dy, .towardsPositions), to: dx)
  }
}

private enum Direction { case towardsKeys, towardsPositions }

/// Moves row i by T−1−i places, filling with zeros.
private func shifted<Scalar: Real>(_ x: Tensor<Scalar>, _ direction: Direction) -> Tensor<Scalar> {
  let (queries, keys) = (x.shape[-2], x.shape[-1])
  var result = Tensor<Scalar>.zeros(x.shape)
  result.withUnsafeMutablePointer { target in
    x.withUnsafePointer { source in
      for row in 0..<x.count / max(1, keys) {
        let step = queries - 1 - row % queries
        let (from, to) = direction == .towardsKeys ? (step, 0) : (0, step)
        (target + row * keys + to).update(from: source + row * keys + from, count: keys - step)
      }
    }
  }
  return result
}
