import Autograd
import Layers
import Tensors

/// A router that repeats logits of an earlier call, to see what of a difference between two calls is that of routing.
///
/// Not one of ``RouterKind``: nobody trains with it.
public struct HeldRouter<Scalar: Real>: Router {
  let router: any Router<Scalar>
  let held: Tensor<Scalar>  // n×N

  /// Holds a router's logits.
  ///
  /// - Parameters:
  ///   - router: The router, which still chooses by them.
  ///   - logits: What is repeated, n×N.
  public init(_ router: any Router<Scalar>, holding logits: Tensor<Scalar>) {
    self.router = router
    held = logits
  }

  /// The router's.
  public var parameters: [Parameter<Scalar>] { router.parameters }
  /// The router's.
  public var frozen: [Frozen<Scalar>] { router.frozen }

  /// Returns the held logits, whatever the tokens are: no gradient reaches them.
  ///
  /// - Parameter h: Tokens, n×d.
  /// - Returns: Logits, n×N.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    precondition(h.shape[0] == held.shape[0], "HeldRouter: \(h.shape[0]) tokens, logits of \(held.shape[0])")
    return h.tape.constant(held)
  }

  /// Chooses as the router does.
  ///
  /// - Parameters:
  ///   - logits: n×N.
  ///   - order: The order of softmax and top-k.
  ///   - k: Experts for each token.
  ///   - random: The randomness of the choice.
  /// - Returns: The choice and its weights.
  public func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar> {
    router.gates(logits, order: order, k: k, random: random)
  }
}
