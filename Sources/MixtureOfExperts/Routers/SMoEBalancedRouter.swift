import Autograd
import Layers
import Tensors

/// The router of Switch Transformer: plain SMoE's, with a loss that grows when few experts get most tokens.
///
///     loss = α · N · Σ_i f_i · P_i
///
/// f_i is the share of the assignments that expert i has, P_i the mean of s_i over tokens. f is counted, so gradient flows
/// through P alone. With equal shares the loss is α, whatever N and k. Each layer and each shard of a batch is balanced by
/// itself (Fedus and others, 2021, arXiv 2101.03961).
///
/// Equation [balance] in NOTES.md.
public struct SMoEBalancedRouter<Scalar: Real>: SMoEBasedRouter {
  /// W_r, N×d; b_r, N.
  public let smoe: SMoERouter<Scalar>
  let coefficient: Scalar  // α

  /// α unless another is given, as in Switch Transformer.
  public static var defaultCoefficient: Double { 0.01 }

  /// Creates the router.
  public init(_ name: String, _ sizes: RouterSizes, initializer: Initializer<Scalar>) {
    smoe = SMoERouter(name, sizes, initializer: initializer)
    coefficient = Scalar(sizes.balanceCoefficient ?? Self.defaultCoefficient)
  }

  /// Measures by logits, n×N, how unequally tokens are shared among experts.
  public func auxiliaryLoss(_ logits: Variable<Scalar>, _ assignment: TokenAssignment) -> Variable<Scalar>? {
    let (n, N) = (logits.shape[0], logits.shape[1])
    let counts = (0..<N).map { Scalar(assignment.rows(of: $0).count) }
    let scale = coefficient * Scalar(N) / (Scalar(n) * Scalar(max(1, assignment.choices)))
    return scale * sum(sum(softmax(logits), axis: 0) * logits.tape.constant(Tensor([N], counts)))
  }
}

/// What is known about Switch Transformer's router.
struct SMoEBalancedFacts: RouterFacts {
  let name = "smoe-balanced"
  let help = "trained, with Switch Transformer's balancing loss"
  /// What the balancing loss cannot change: the shape of the layer's derivative.
  let provableClaims: Set = [1, 2, 3]
  let hasBalancingLoss = true

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing _: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    SMoEBalancedRouter(name, sizes, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture with a trained router and a balancing loss (Fedus and others, 2021).
  public static let smoeBalanced = RouterKind(SMoEBalancedFacts())
}
