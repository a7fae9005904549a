import Autograd
import Layers
import Tensors

// Not one of ``RouterKind``: what nobody trains with, to see what routing is worth.

/// A router that repeats logits of an earlier call, to see what of a difference between two calls is that of routing.
public struct HeldRouter<Scalar: Real>: Router {
  let router: any Router<Scalar>
  let held: Tensor<Scalar>  // n×N

  /// Holds logits, n×N, by which the router still chooses.
  public init(_ router: any Router<Scalar>, holding logits: Tensor<Scalar>) {
    self.router = router
    held = logits
  }

  /// The router's.
  public var parameters: [Parameter<Scalar>] { router.parameters }
  /// The router's.
  public var frozen: [Frozen<Scalar>] { router.frozen }

  /// The held logits, n×N, whatever the tokens are, n×d: no gradient reaches them.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    precondition(h.shape[0] == held.shape[0], "HeldRouter: \(h.shape[0]) tokens, logits of \(held.shape[0])")
    return h.tape.constant(held)
  }

  /// Chooses by logits, n×N, as the router does.
  public func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar> {
    router.gates(logits, order: order, k: k, random: random)
  }
}

/// A router whose logits are dealt out anew, to see what is lost when they are not those of the token or of the expert.
///
/// The same deal whenever as many tokens are read.
public struct PermutedRouter<Scalar: Real>: Router {
  /// Who exchanges logits.
  public enum Deal: Sendable {
    /// Whole rows of logits change tokens: every expert is chosen as often as before.
    case amongTokens
    /// The logits of a token change experts: every expert is as likely as any other.
    case amongExperts
  }

  let router: any Router<Scalar>
  let deal: Deal
  let random: Random

  /// Deals out a router's logits; the name decides the deal, another one for every layer.
  public init(_ router: any Router<Scalar>, _ name: String, _ deal: Deal) {
    self.router = router
    self.deal = deal
    random = Random(seed: 0).child(named: "permuted routing").child(named: name)
  }

  /// The router's.
  public var parameters: [Parameter<Scalar>] { router.parameters }
  /// The router's.
  public var frozen: [Frozen<Scalar>] { router.frozen }

  /// The router's logits in another order: tokens n×d → logits n×N.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    let logits = router.logits(h)
    let (n, N) = (logits.shape[0], logits.shape[1])
    var random = random
    switch deal {
    case .amongTokens: return gatherRows(logits, random.permutation(of: n).map { Int32($0) })
    case .amongExperts:
      let places = (0..<n).flatMap { token in random.permutation(of: N).map { Int32(token * N + $0) } }
      return gatherRows(logits.reshaped([n * N, 1]), places).reshaped([n, N])
    }
  }
}
