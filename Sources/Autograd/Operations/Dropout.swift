import Tensors

/// y = x ⊙ mask / (1 − p), each element kept with probability 1 − p (Srivastava and others, 2014).
///
///     forward    y_i = x_i / (1 − p) if kept(key, i), else 0
///     backward   dx_i = dy_i / (1 − p) if kept(key, i), else 0
///
/// Whether an element is kept is a function of the key and its index, so the mask is computed again rather than stored.
///
/// Runs `Kernel.dropout`; definition: `DropoutCase.swift`.
///
/// - Parameters:
///   - x: A variable of any shape.
///   - rate: p, 0 ..< 1; 0 returns x itself.
///   - key: Selects the mask.
/// - Returns: A variable of the same shape.
public func dropout<Scalar: Real>(_ x: Variable<Scalar>, rate: Scalar, key: UInt64) -> Variable<Scalar> {
  precondition(rate >= 0 && rate < 1, "dropout: rate \(rate)")
  if rate == 0 { return x }
  let (workers, dx) = (x.tape.workers, Place(x))
  return x.tape.record(x.value.droppingOut(rate: rate, key: key, workers: workers), from: x) { dy, gradients in
    gradients.add(dy.droppingOut(rate: rate, key: key, workers: workers), to: dx)
  }
}
