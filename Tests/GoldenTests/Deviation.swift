import Tensors
import TestSupport

/// Says how a tensor deviates from golden values beyond rounding, or nothing: shapes must be equal, and the bound is a
/// fraction of the largest expected number (of 1 if all are 0 or tiny).
func deviation<S: Real>(_ actual: Tensor<S>, _ expected: Tensor<S>, _ tolerance: S) -> String? {
  guard actual.shape == expected.shape else { return "shape \(actual.shape) against \(expected.shape)" }
  let largest = expected.scalars.reduce(S(0)) { max($0, abs($1)) }
  return mismatch(actual.scalars, expected.scalars, absolute: tolerance * max(largest, 1e-3), relative: tolerance)
}
