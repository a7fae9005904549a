import Autograd
import Tensors

/// Hides the future: −∞ where key j lies behind query i.
///
///     forward    y_ij = x_ij for j ≤ i + M′, −∞ elsewhere,   M′ = K − T
///     backward   dx_ij = dy_ij for j ≤ i + M′, 0 elsewhere
///
/// Runs no kernel, nor in training; definition: `RelativeShiftTests.swift`.
///
/// - Parameter x: Scores …×T×K with K ≥ T.
/// - Returns: A variable of the same shape.
public func causalMask<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  precondition(x.shape[-1] >= x.shape[-2], "causalMask: \(x.shape) has fewer keys than queries")
  let dx = Place(x)
  return x.tape.record(replacingFuture(of: x.value, by: -.infinity), from: x) { dy, gradients in
    gradients.add(replacingFuture(of: dy, by: 0), to: dx)
  }
}

private func replacingFuture<Scalar: Real>(of x: Tensor<Scalar>, by value: Scalar) -> Tensor<Scalar> {
  let (queries, keys) = (x.shape[-2], x.shape[-1])
  var result = x
  result.withUnsafeMutablePointer { result in
    for row in 0..<x.count / max(1, keys) {
      let visible = row % queries + (keys - queries) + 1
      for key in visible..<keys { result[row * keys + key] = value }
    }
  }
  return result
}
