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
  ///
  /// - Parameters:
  ///   - width: d.
  ///   - experts: N.
  ///   - scale: How many times as large as other weights W_r is.
  public init(_ name: String, width: Int, experts: Int, scale: Double = 1, initializer: Initializer<Scalar>) {
    weight = initializer.frozen("\(name).weight", [experts, width], scale: scale)
    bias = Frozen("\(name).bias", .zeros([experts]))
  }

  /// Creates the router with the numbers that another one has now.
  ///
  /// - Parameter router: The router that is not to move any more.
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

  /// Returns the fixed weight and bias.
  ///
  /// - Parameter tape: The tape, on which they are constants.
  /// - Returns: W_r (N×d) and b_r (N).
  public func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>) {
    (tape(weight), tape(bias))
  }
}

/// What is known about SMoE-Dropout's router.
struct SMoEDropoutFacts: RouterFacts {
  let name = "smoe-dropout"
  let help = "random and fixed: SMoE-Dropout"
  let growsK = true
  let isLinear = true
  let isCausal = true
  let provableClaims: Set = [1, 2, 3, 4, 7]

  func weights(_ sizes: RouterSizes) -> [RouterWeight] { RouterWeight.rows(sizes, areTrained: false) }

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    SMoEDropoutRouter(
      name, width: sizes.width, experts: sizes.experts, scale: sizes.weightScale, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture with a fixed random router (Chen and others, 2023).
  public static let smoeDropout = RouterKind(SMoEDropoutFacts())
}
