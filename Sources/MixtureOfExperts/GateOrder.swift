import Autograd
import Tensors

/// In which order softmax and top-k make the gate weights g (deviation D1).
///
/// With x the N logits of a token, 𝒯 the indices of the k largest (the choice has no derivative: it is constant until two
/// logits change places), s = softmax(x) over all N, and q = softmax of x over 𝒯 alone:
///
///     softmaxThenTopK   forward    g_i = s_i                          i ∈ 𝒯;   Σ g ≤ 1, equal only at k = N
///                       backward   ∂g_i/∂x_j = s_i (δ_ij − s_j)       i ∈ 𝒯,   j = 1 … N
///     topKThenSoftmax   forward    g_i = q_i                          i ∈ 𝒯;   Σ g = 1
///                       backward   ∂g_i/∂x_j = q_i (δ_ij − q_j)       i ∈ 𝒯,   j ∈ 𝒯;   0 for j ∉ 𝒯
///
/// So in the first order experts that were not chosen learn, too; in the second they do not, and at k = 1, where q_i = 1, the
/// derivative is zero: the router learns nothing. <doc:GateOrders> has both as the gradient dx that the pullbacks compute.
///
/// Equation [gate] in NOTES.md.
public enum GateOrder: String, CaseIterable, Codable, Sendable {
  /// g_i = s_i for the k largest entries of s = softmax(W_r h + b_r), not renormalised: R(h) = TopK(σ(W_r h), k), the
  /// paper's equation, and the default.
  case softmaxThenTopK = "softmax-topk"
  /// g = softmax over the k largest logits, so Σ g = 1: the public release. At k = 1 the gate is the constant 1.
  case topKThenSoftmax = "topk-softmax"

  /// Chooses k of N experts for every token by its logits, n×N, and weighs them; of equal logits the lower index wins.
  public func callAsFunction<Scalar: Real>(_ logits: Variable<Scalar>, k: Int) -> Gates<Scalar> {
    gates(logits, choosing: logits.value.topK(k), k: k)
  }

  /// Weighs k experts of every token, row-major n×k, however they were chosen.
  func gates<Scalar: Real>(_ logits: Variable<Scalar>, choosing selection: [Int32], k: Int) -> Gates<Scalar> {
    let assignment = TokenAssignment(selection: selection, k: k, experts: logits.shape[1])
    let weights =
      switch self {
      case .softmaxThenTopK: select(softmax(logits), selection, k: k)
      case .topKThenSoftmax: softmax(select(logits, selection, k: k))
      }
    return Gates(assignment: assignment, weights: weights)
  }

  /// Weighs any number of experts of every token: the same weights, the second order's softmax being over all that a token has.
  func gates<Scalar: Real>(_ logits: Variable<Scalar>, choosing assignment: TokenAssignment) -> Gates<Scalar> {
    let (n, N, P) = (logits.shape[0], logits.shape[1], assignment.choices)
    let places = (0..<n).flatMap { token in
      assignment.choices(of: token).map { Int32(token * N) + assignment.selection[$0] }
    }
    var competing = logits
    if self == .topKThenSoftmax {
      // Where no expert is chosen nobody asks for the softmax: its logits stay, as a row of −∞ has none.
      let mask = Tensor<Scalar>([n, N]) { mask in
        for token in 0..<n {
          let isFree = assignment.choices(of: token).isEmpty
          for expert in 0..<N { mask[token * N + expert] = isFree ? 0 : -.infinity }
        }
        for place in places { mask[Int(place)] = 0 }
      }
      competing = logits + logits.tape.constant(mask)
    }
    let weights = select(softmax(competing).reshaped([1, n * N]), places, k: P)
    return Gates(assignment: assignment, weights: weights.reshaped([P]))
  }
}

/// The experts chosen for every token, and their weights.
public struct Gates<Scalar: Real> {
  /// 𝒯(h), for one token after the other.
  public let assignment: TokenAssignment
  /// g(h): n×k, or P numbers where tokens differ in how many experts they have.
  public let weights: Variable<Scalar>

  /// The chosen experts, token after token: row-major n×k where all have k, by descending logit if that is how they were chosen.
  public var selection: [Int32] { assignment.selection }
}
