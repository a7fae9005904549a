import Tensors

/// y = Σ x along one axis, which disappears.
///
///     forward    y_{…} = Σ_a x_{…a…}
///     backward   dx_{…a…} = dy_{…}
///
/// Runs `Kernel.rowSums`, `Kernel.columnSums`; definition: `SumCases.swift`.
///
/// - Parameters:
///   - x: A variable …×a×….
///   - axis: The axis, counted from the end if negative.
/// - Returns: A variable …×…, of one rank less.
public func sum<Scalar: Real>(_ x: Variable<Scalar>, axis: Int) -> Variable<Scalar> {
  let dx = Place(x)
  return x.tape.record(x.value.sum(axis: axis, workers: x.tape.workers), from: x) { dy, gradients in
    let kept = dy.reshaped(dx.shape.replacing(axis, with: 1))
    gradients.add(kept.broadcast(to: dx.shape).contiguous(), to: dx)
  }
}
