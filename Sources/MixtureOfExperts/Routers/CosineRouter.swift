import Autograd
import Foundation
import Layers
import Tensors

/// The router of X-MoE: experts are scored by the cosine of a projected token with an embedding of their own.
///
///     logit_j = exp(t) · cos(P h, e_j)
///
/// A token's length decides nothing, nor does an expert's, so neither rows nor tokens win by growing: the remedy that Chi and
/// others (2022, arXiv 2204.09179) propose against the collapse that they describe. exp(t) is one over their temperature τ; t
/// is trained, so τ stays positive. Lengths have ``floor`` added under the root, so that a token of zeros has logits of zero.
///
/// Equation [cosine] in NOTES.md.
public struct CosineRouter<Scalar: Real>: Router {
  let projection: Parameter<Scalar>  // P, p×d
  let directions: Parameter<Scalar>  // e_1 … e_N, N×p
  let logScale: Parameter<Scalar>  // t, 1

  /// τ at the start, as in X-MoE.
  public static var initialTemperature: Double { 0.07 }
  /// What is added to squared lengths.
  public static var floor: Double { 1e-12 }

  /// Creates the router with entries of P and e_j from N(0, 0.02²) and t = −ln 0.07.
  public init(_ name: String, _ sizes: RouterSizes, initializer: Initializer<Scalar>) {
    let p = Self.projectedWidth(sizes)
    projection = initializer.parameter("\(name).projection", [p, sizes.width])
    directions = initializer.parameter("\(name).directions", [sizes.experts, p])
    logScale = Parameter(
      "\(name).logScale", Tensor([1], repeating: Scalar(-Foundation.log(Self.initialTemperature))))
  }

  /// p: half as many dimensions as experts, as in X-MoE, but two at least and d at most.
  static func projectedWidth(_ sizes: RouterSizes) -> Int { min(sizes.width, max(2, sizes.experts / 2)) }

  /// P, e_1 … e_N, t.
  public var parameters: [Parameter<Scalar>] { [projection, directions, logScale] }

  /// Scores the experts, exp(t)·cos(P h, e_j): tokens n×d → logits n×N.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    let tape = h.tape
    let directions = affine(unit(affine(h, weight: tape(projection))), weight: unit(tape(directions)))
    return directions * exp(tape(logScale))
  }

  /// Every row x as x / √(|x|² + floor), n×p.
  private func unit(_ x: Variable<Scalar>) -> Variable<Scalar> {
    let floor = x.tape.constant(Tensor([1], repeating: Scalar(Self.floor)))
    let length = exp(0.5 * log(sum(x * x, axis: 1) + floor))
    return x / length.reshaped([x.shape[0], 1])
  }
}

/// What is known about X-MoE's router.
struct CosineFacts: RouterFacts {
  let name = "cosine"
  let help = "trained, cosines of projected tokens: X-MoE"
  let provableClaims: Set<Int> = []

  func multiplyAddsPerToken(_ sizes: RouterSizes) -> Int {
    CosineRouter<Float>.projectedWidth(sizes) * (sizes.width + sizes.experts)
  }

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing _: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    CosineRouter(name, sizes, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture whose router compares directions (Chi and others, 2022).
  public static let cosine = RouterKind(CosineFacts())
}
