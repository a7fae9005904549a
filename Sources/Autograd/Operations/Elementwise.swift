import Tensors

/// y = exp(x), element by element.
///
///     forward    y = eˣ
///     backward   dx = dy ⊙ y
///
/// Any shape.
///
/// Runs `Kernel.exp`; definition: `ExponentialCase.swift`.
public func exp<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.exponential(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.multiplied(by: y, workers: workers), to: dx)
  }
}

/// y = ln(x), element by element.
///
///     forward    y = ln x
///     backward   dx = dy / x
///
/// Any shape; elements are positive.
///
/// Runs `Kernel.log`; definition: `ExponentialCase.swift`.
public func log<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx, xValue) = (x.tape.workers, Place(x), x.value)
  return x.tape.record(xValue.logarithm(workers: workers), from: x) { dy, gradients in
    gradients.add(dy.divided(by: xValue, workers: workers), to: dx)
  }
}

/// y = relu(x), element by element.
///
///     forward    y = max(0, x)
///     backward   dx = dy where y > 0, zero elsewhere (at x = 0 the derivative is taken as 0)
///
/// Any shape.
///
/// Runs `Kernel.relu`, `Kernel.reluBackward`; definition: `ElementwiseCases.swift`.
public func relu<Scalar: Real>(_ x: Variable<Scalar>) -> Variable<Scalar> {
  let (workers, dx) = (x.tape.workers, Place(x))
  let y = x.value.relu(workers: workers)
  return x.tape.record(y, from: x) { dy, gradients in
    gradients.add(dy.maskedByPositive(y, workers: workers), to: dx)
  }
}

/// y = x ⊙ mask / (1 − p), each element kept with probability 1 − p (Srivastava and others, 2014).
///
///     forward    y_i = x_i / (1 − p) if kept(key, i), else 0
///     backward   dx_i = dy_i / (1 − p) if kept(key, i), else 0
///
/// Whether an element is kept is a function of the key and its index, so the mask is computed again rather than stored.
///
/// Any shape; the rate p is 0 ..< 1, and 0 returns x itself.
///
/// Runs `Kernel.dropout`; definition: `DropoutCase.swift`.
public func dropout<Scalar: Real>(_ x: Variable<Scalar>, rate: Scalar, key: UInt64) -> Variable<Scalar> {
  precondition(rate >= 0 && rate < 1, "dropout: rate \(rate)")
  if rate == 0 { return x }
  let (workers, dx) = (x.tape.workers, Place(x))
  return x.tape.record(x.value.droppingOut(rate: rate, key: key, workers: workers), from: x) { dy, gradients in
    gradients.add(dy.droppingOut(rate: rate, key: key, workers: workers), to: dx)
  }
}
