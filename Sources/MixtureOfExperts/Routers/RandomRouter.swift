import Autograd
import Layers
import Tensors

/// No router: every token gets k different experts, drawn uniformly, with equal weights.
///
/// It is the floor that routers have to beat. All logits are zero, so s_i = 1/N. In training experts are drawn anew with every
/// call. In evaluation they follow from the layer's name and the token's place in the call, so that results repeat: a text that
/// is generated symbol by symbol has one place, and the same experts throughout.
public struct RandomRouter<Scalar: Real>: Router {
  let experts: Int  // N
  let evaluation: Random

  /// Creates the router, which has no weights; its name decides the choices in evaluation.
  public init(_ name: String, experts: Int) {
    self.experts = experts
    evaluation = Random(seed: 0).child(named: name)
  }

  /// None.
  public var parameters: [Parameter<Scalar>] { [] }

  /// Prefers no expert: tokens n×d → zeros n×N.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    h.tape.constant(.zeros([h.shape[0], experts]))
  }

  /// Draws k different experts for every token, each choice of k as likely as any other, whatever the logits, n×N.
  public func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar> {
    let source = random ?? evaluation
    let selection = (0..<logits.shape[0]).flatMap { token in
      // Each token has a generator of its own, and no token's choice depends on how many tokens or experts are asked for.
      var own = source.child(token)
      var left = Array(0..<Int32(experts))
      for drawn in 0..<k { left.swapAt(drawn, drawn + own.below(experts - drawn)) }
      return left.prefix(k)
    }
    return order.gates(logits, choosing: selection, k: k)
  }
}

/// What is known about choosing at random.
struct RandomFacts: RouterFacts {
  let name = "random"
  let help = "nothing routes: k experts are drawn for every token, the floor"
  let provableClaims: Set<Int> = []

  func multiplyAddsPerToken(_ sizes: RouterSizes) -> Int { 0 }

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing _: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    RandomRouter(name, experts: sizes.experts)
  }
}

extension RouterKind {
  /// A sparse mixture that chooses its experts at random.
  public static let random = RouterKind(RandomFacts())
}
