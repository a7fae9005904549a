import Autograd
import Layers
import Tensors

/// A variant that the paper leaves open: each expert has an embedding of its own, and row j is (w_j, b_j) = 𝓗(e_j).
///
/// 𝓗 is smaller by a factor of N, and a row can move without the others.
///
/// Equation [coordinate-wise] in NOTES.md.
public struct CoordinateWiseHyperRouter<Scalar: Real>: LinearRouter {
  let embeddings: Parameter<Scalar>  // e_1 … e_N, N×m: all that is trained
  let hypernetwork: Hypernetwork<Scalar>  // 𝓗: ℝᵐ → ℝ^{d+1}, fixed
  let width: Int  // d

  /// Creates the router with e_j ~ N(0, 1), or as many times as large as asked for, and 𝓗 of its own unless layers share one.
  public init(
    _ name: String, _ sizes: RouterSizes, sharing shared: Hypernetwork<Scalar>? = nil, initializer: Initializer<Scalar>
  ) {
    width = sizes.width
    embeddings = initializer.parameter(
      "\(name).embeddings", [sizes.experts, sizes.embeddingWidth], standardDeviation: sizes.embeddingScale)
    hypernetwork =
      shared ?? Hypernetwork("\(name).hypernetwork", sizes, outputs: width + 1, initializer: initializer)
    precondition(
      hypernetwork.inputs == sizes.embeddingWidth && hypernetwork.outputs == width + 1,
      "CoordinateWiseHyperRouter: a hypernetwork \(hypernetwork.inputs) → \(hypernetwork.outputs) for "
        + "m = \(sizes.embeddingWidth), d = \(width)")
  }

  /// e_1 … e_N.
  public var parameters: [Parameter<Scalar>] { [embeddings] }
  /// The weights of 𝓗.
  public var frozen: [Frozen<Scalar>] { hypernetwork.frozen }
  /// Each row generated from an embedding of its own.
  public var origin: RouterOrigin<Scalar> { .generatedByRow(embeddings: embeddings, hypernetwork: hypernetwork) }

  /// Generates (w_j | b_j) = 𝓗(e_j) for every expert j: W_r (N×d) and b_r (N); gradients flow through 𝓗 into the embeddings.
  public func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>) {
    let o = hypernetwork(tape(embeddings))
    return (o.sliced(1, 0..<width), o.sliced(1, width..<width + 1).reshaped([o.shape[0]]))
  }
}

/// What is known about the coordinate-wise HyperRouter.
struct CoordinateWiseHyperRouterFacts: RouterFacts {
  let name = "hyperrouter-coordinatewise"
  let help = "HyperRouter with an embedding for each expert"
  let provableClaims: Set = [1, 2, 3, 5, 6, 7]
  let growsK = true

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing shared: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    CoordinateWiseHyperRouter(name, sizes, sharing: shared, initializer: initializer)
  }
}

extension RouterKind {
  /// HyperRouter with one embedding for each expert: row j of W_r is 𝓗(e_j).
  public static let coordinateWise = RouterKind(CoordinateWiseHyperRouterFacts())
}
