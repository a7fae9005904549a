import Autograd
import Layers
import Tensors

/// A router whose logits are W_r h + b_r: the paper's three, which differ in one thing only, where W_r and b_r come from.
///
/// What needs rows (the Jacobian's claims, fixing routers for generation) asks for this type.
///
/// Equation [router] in NOTES.md.
public protocol LinearRouter<Scalar>: Router {
  /// Returns the router's weight and bias on a tape.
  ///
  /// - Parameter tape: The tape; gradients flow into whatever the router declares as ``/Autograd/Parameter``.
  /// - Returns: W_r (N×d) and b_r (N).
  func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>)

  /// Where they come from. Required, so that no router is unknown to those who compare routers.
  var origin: RouterOrigin<Scalar> { get }
}

extension LinearRouter {
  /// Returns W_r h + b_r.
  ///
  /// - Parameter h: Tokens, n×d.
  /// - Returns: Logits, n×N.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    let (W_r, b_r) = weights(on: h.tape)
    return affine(h, weight: W_r, bias: b_r)
  }

  /// The root mean square of W_r.
  public var rootMeanSquare: Double {
    let entries = weights(on: .evaluating()).W_r.value.scalars
    return (entries.reduce(0) { $0 + Double($1) * Double($1) } / Double(entries.count)).squareRoot()
  }
}
