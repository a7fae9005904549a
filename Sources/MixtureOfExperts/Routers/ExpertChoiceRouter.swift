import Autograd
import Layers
import Tensors

/// The router of Expert Choice: experts take tokens, so all have the same load by construction.
///
///     expert i takes the c tokens with the largest s_ti,   c = max(1, ⌊n·k/N⌋)
///
/// That is how it is trained, n being the tokens of one shard of the batch. A token may be taken by all experts or by none, and
/// whether it is taken depends on the tokens after it: what is reached in training is an upper bound for language models, not
/// the loss of one. In evaluation a token has its k best experts, as with all other routers, and no later token matters (Zhou
/// and others, 2022, arXiv 2202.09368).
///
/// Equation [expert-choice] in NOTES.md.
public struct ExpertChoiceRouter<Scalar: Real>: SMoEBasedRouter {
  /// W_r, N×d; b_r, N.
  public let smoe: SMoERouter<Scalar>

  /// Creates the router.
  public init(_ name: String, _ sizes: RouterSizes, initializer: Initializer<Scalar>) {
    smoe = SMoERouter(name, sizes, initializer: initializer)
  }

  /// Lets experts take tokens by logits, n×N, in training, and tokens choose experts in evaluation; nothing is drawn.
  ///
  /// Gates are s_ti, or in the other order the softmax over the experts that took the token, by rising index.
  public func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar> {
    random == nil ? order(logits, k: k) : order.gates(logits, choosing: Self.taken(logits.value, k: k))
  }

  /// Which experts take which tokens, c for every expert, those with the largest s_ti; of equal ones the lower token.
  static func taken(_ logits: Tensor<Scalar>, k: Int) -> TokenAssignment {
    let (n, N) = (logits.shape[0], logits.shape[1])
    let c = max(1, n * k / N)
    // s is a softmax over experts, and tokens compete within an expert's column of it.
    let tokens = logits.softmax().transposed(0, 1).contiguous().topK(c)
    var experts = [[Int32]](repeating: [], count: n)
    for (place, token) in tokens.enumerated() { experts[Int(token)].append(Int32(place / c)) }
    let starts = experts.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    return TokenAssignment(selection: Array(experts.joined()), starts: starts, experts: N)
  }
}

/// What is known about Expert Choice.
struct ExpertChoiceFacts: RouterFacts {
  let name = "expert-choice"
  let help = "trained, experts take tokens: Expert Choice"
  /// As the layer is evaluated; how it is trained is another matter.
  let provableClaims: Set = [1, 2, 3]
  let isCausal = false

  func router<Scalar: Real>(
    _ name: String, _ sizes: RouterSizes, sharing _: Hypernetwork<Scalar>?, initializer: Initializer<Scalar>
  ) -> any Router<Scalar> {
    ExpertChoiceRouter(name, sizes, initializer: initializer)
  }
}

extension RouterKind {
  /// A sparse mixture whose experts choose their tokens (Zhou and others, 2022).
  public static let expertChoice = RouterKind(ExpertChoiceFacts())
}
