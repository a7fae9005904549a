import Autograd
import Layers
import Tensors

/// The router of a plain sparse mixture of experts: W_r and b_r are trained.
///
/// Equation [smoe] in NOTES.md.
public struct SMoERouter<Scalar: Real>: LinearRouter {
  let weight: Parameter<Scalar>  // W_r, N×d
  let bias: Parameter<Scalar>  // b_r, N

  /// Creates the router.
  public init(_ name: String, _ sizes: RouterSizes, initializer: Initializer<Scalar>) {
    weight = initializer.parameter(
      "\(name).weight", [sizes.experts, sizes.width],
      standardDeviation: Initializer<Scalar>.standardDeviation * sizes.weightScale)
    bias = initializer.zeros("\(name).bias", [sizes.experts])
  }

  /// Creates the router with the numbers that another one has now, to be trained from here on.
  public init(_ name: String, startingFrom router: any LinearRouter<Scalar>) {
    let (W_r, b_r) = router.weights(on: .evaluating())
    weight = Parameter("\(name).weight", W_r.value.contiguous())
    bias = Parameter("\(name).bias", b_r.value.contiguous())
  }

  /// W_r and b_r.
  public var parameters: [Parameter<Scalar>] { [weight, bias] }
  /// Trained themselves.
  public var origin: RouterOrigin<Scalar> { .trained(weight: weight, bias: bias) }

  /// The trained W_r (N×d) and b_r (N).
  public func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>) {
    (tape(weight), tape(bias))
  }
}

/// A router with the weights of SMoE's, which begin with the same numbers, that does something else with its logits.
public protocol SMoEBasedRouter<Scalar>: LinearRouter {
  /// W_r, N×d; b_r, N.
  var smoe: SMoERouter<Scalar> { get }
}

extension SMoEBasedRouter {
  /// W_r and b_r.
  public var parameters: [Parameter<Scalar>] { smoe.parameters }
  /// Trained themselves.
  public var origin: RouterOrigin<Scalar> { smoe.origin }

  /// The trained W_r (N×d) and b_r (N).
  public func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>) {
    smoe.weights(on: tape)
  }
}

/// What is known about plain SMoE's router.
struct SMoEFacts: RouterFacts {
  let name = "smoe"
  let help = "trained: plain SMoE"
  let provableClaims: Set = [1, 2, 3, 5, 7]

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing _: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    SMoERouter(name, sizes, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture with a trained router.
  public static let smoe = RouterKind(SMoEFacts())
}
