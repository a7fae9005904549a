import Autograd
import Layers
import Tensors

/// The router of SMoE-Dropout (Chen and others, 2023): random, and never trained.
///
/// Equation [smoe-dropout] in NOTES.md.
public struct SMoEDropoutRouter<Scalar: Real>: LinearRouter {
  let weight: Frozen<Scalar>  // W_r, N×d
  let bias: Frozen<Scalar>  // b_r, N

  /// Creates the router with the same numbers that ``SMoERouter`` starts from.
  public init(_ name: String, _ sizes: RouterSizes, initializer: Initializer<Scalar>) {
    weight = initializer.frozen("\(name).weight", [sizes.experts, sizes.width], scale: sizes.weightScale)
    bias = initializer.frozenZeros("\(name).bias", [sizes.experts])
  }

  /// Creates the router with the numbers that another one has now, not to move any more.
  public init(_ name: String, fixing router: any LinearRouter<Scalar>) {
    let (W_r, b_r) = router.weights(on: .evaluating())
    weight = Frozen("\(name).weight", W_r.value.contiguous())
    bias = Frozen("\(name).bias", b_r.value.contiguous())
  }

  /// None.
  public var parameters: [Parameter<Scalar>] { [] }
  /// W_r and b_r.
  public var frozen: [Frozen<Scalar>] { [weight, bias] }
  /// Fixed.
  public var origin: RouterOrigin<Scalar> { .fixed }

  /// The fixed W_r (N×d) and b_r (N), constants on the tape.
  public func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>) {
    (tape(weight), tape(bias))
  }
}

/// What is known about SMoE-Dropout's router.
struct SMoEDropoutFacts: RouterFacts {
  let name = "smoe-dropout"
  let help = "random and fixed: SMoE-Dropout"
  let provableClaims: Set = [1, 2, 3, 4, 7]
  let growsK = true

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing _: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    SMoEDropoutRouter(name, sizes, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture with a fixed random router (Chen and others, 2023).
  public static let smoeDropout = RouterKind(SMoEDropoutFacts())
}
