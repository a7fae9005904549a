import Autograd
import Layers
import Tensors

/// A router whose logits are dealt out anew, to see what is lost when they are not those of the token or of the expert.
///
/// The same deal whenever as many tokens are read. Not one of ``RouterKind``: nobody trains with it.
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

  /// Deals out a router's logits.
  ///
  /// - Parameters:
  ///   - router: The router.
  ///   - name: Decides the deal: another one for every layer.
  ///   - deal: Who exchanges logits.
  public init(_ router: any Router<Scalar>, _ name: String, _ deal: Deal) {
    self.router = router
    self.deal = deal
    random = Random(seed: 0).child(named: "permuted routing").child(named: name)
  }

  /// The router's.
  public var parameters: [Parameter<Scalar>] { router.parameters }
  /// The router's.
  public var frozen: [Frozen<Scalar>] { router.frozen }

  /// Returns the router's logits in another order.
  ///
  /// - Parameter h: Tokens, n×d.
  /// - Returns: Logits, n×N.
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
