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
  ///
  /// - Parameters:
  ///   - width: d.
  ///   - experts: N.
  ///   - scale: How many times as large as other weights W_r begins.
  public init(_ name: String, width: Int, experts: Int, scale: Double = 1, initializer: Initializer<Scalar>) {
    weight = initializer.parameter(
      "\(name).weight", [experts, width], standardDeviation: Initializer<Scalar>.standardDeviation * scale)
    bias = initializer.zeros("\(name).bias", [experts])
  }

  /// Creates the router.
  init(_ name: String, _ sizes: RouterSizes, initializer: Initializer<Scalar>) {
    self.init(name, width: sizes.width, experts: sizes.experts, scale: sizes.weightScale, initializer: initializer)
  }

  /// Creates the router with the numbers that another one has now.
  ///
  /// - Parameter router: The router that is to be trained from here on as SMoE's is.
  public init(_ name: String, startingFrom router: any LinearRouter<Scalar>) {
    let (W_r, b_r) = router.weights(on: .evaluating())
    weight = Parameter("\(name).weight", W_r.value.contiguous())
    bias = Parameter("\(name).bias", b_r.value.contiguous())
  }

  /// W_r and b_r.
  public var parameters: [Parameter<Scalar>] { [weight, bias] }
  /// Trained themselves.
  public var origin: RouterOrigin<Scalar> { .trained(weight: weight, bias: bias) }

  /// Returns the trained weight and bias.
  ///
  /// - Returns: W_r (N×d) and b_r (N).
  public func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>) {
    (tape(weight), tape(bias))
  }
}

/// What is known about plain SMoE's router.
struct SMoEFacts: RouterFacts {
  let name = "smoe"
  let help = "trained: plain SMoE"
  let growsK = false
  let isLinear = true
  let isCausal = true
  let provableClaims: Set = [1, 2, 3, 5, 7]

  func weights(_ sizes: RouterSizes) -> [RouterWeight] { RouterWeight.rows(sizes) }

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    SMoERouter(name, sizes, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture with a trained router.
  public static let smoe = RouterKind(SMoEFacts())
}
