import Autograd
import Layers
import Tensors

/// What decides which experts see a token: a map from its representation to one logit for each expert.
///
/// All are requirements, so that a router with its own is heard through `any Router`, too.
public protocol Router<Scalar>: Layer {
  /// Scores the experts: tokens n×d → logits n×N.
  func logits(_ h: Variable<Scalar>) -> Variable<Scalar>

  /// Chooses experts for every token by its logits, n×N, and weighs them; by default the k best of every token.
  ///
  /// - Parameters:
  ///   - k: Experts for each token, 1 ... N; on average where tokens differ.
  ///   - random: The randomness of the choice; nil in evaluation, where every token has k experts.
  func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar>

  /// What is added to the loss in training, beside the prediction's, given logits n×N and what was chosen by them; by
  /// default nothing.
  func auxiliaryLoss(_ logits: Variable<Scalar>, _ assignment: TokenAssignment) -> Variable<Scalar>?

  /// Told after each update what was decided in it, one record for each shard: for what moves without a gradient.
  func finishStep(_ records: [RoutingRecord<Scalar>])
}

extension Router {
  /// Chooses the k experts with the largest logits, n×N; nothing is left to chance.
  public func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar> {
    order(logits, k: k)
  }

  /// Adds nothing to the loss, whatever the logits, n×N.
  public func auxiliaryLoss(_ logits: Variable<Scalar>, _ assignment: TokenAssignment) -> Variable<Scalar>? { nil }

  /// Moves nothing.
  public func finishStep(_ records: [RoutingRecord<Scalar>]) {}
}

/// A router whose logits are W_r h + b_r: the paper's three, which differ in one thing only, where W_r and b_r come from.
///
/// What needs rows (the Jacobian's claims, fixing routers for generation) asks for this type.
///
/// Equation [router] in NOTES.md.
public protocol LinearRouter<Scalar>: Router {
  /// W_r (N×d) and b_r (N) on a tape; gradients flow into whatever the router declares as ``/Autograd/Parameter``.
  func weights(on tape: Tape<Scalar>) -> (W_r: Variable<Scalar>, b_r: Variable<Scalar>)

  /// Where they come from.
  var origin: RouterOrigin<Scalar> { get }
}

extension LinearRouter {
  /// W_r h + b_r: tokens n×d → logits n×N.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    let (W_r, b_r) = weights(on: h.tape)
    return affine(h, weight: W_r, bias: b_r)
  }

  /// The root mean square of W_r.
  public var rootMeanSquare: Double {
    let entries = weights(on: .evaluating()).W_r.value.scalars
    return (entries.reduce(0) { $0 + Double($1) * Double($1) } / Double(entries.count)).squareRoot()
  }
}

/// Where a router's W_r and b_r come from: all in which routers differ, and all that closed forms have to know of one.
public enum RouterOrigin<Scalar: Real> {
  /// They are trained themselves: W_r, N×d, and b_r, N.
  case trained(weight: Parameter<Scalar>, bias: Parameter<Scalar>)
  /// They never change.
  case fixed
  /// (W_r | b_r) = 𝓗(e), one embedding of m numbers for all experts.
  case generated(embedding: Parameter<Scalar>, hypernetwork: Hypernetwork<Scalar>)
  /// (w_j | b_j) = 𝓗(e_j), an embedding for each expert, N×m.
  case generatedByRow(embeddings: Parameter<Scalar>, hypernetwork: Hypernetwork<Scalar>)

  /// What they are generated from, m or N×m numbers, if they are.
  public var embedding: Parameter<Scalar>? {
    switch self {
    case .trained, .fixed: nil
    case .generated(let embedding, _), .generatedByRow(let embedding, _): embedding
    }
  }

  /// What generates them, if anything does.
  public var hypernetwork: Hypernetwork<Scalar>? {
    switch self {
    case .trained, .fixed: nil
    case .generated(_, let hypernetwork), .generatedByRow(_, let hypernetwork): hypernetwork
    }
  }
}
