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

  /// Chooses k experts for every token and weighs them.
  ///
  /// - Parameters:
  ///   - logits: W_r h + b_r, n×N.
  ///   - k: How many experts, 1 ... N. Of equal logits the lower index wins.
  /// - Returns: The choice and its weights.
  public func callAsFunction<Scalar: Real>(_ logits: Variable<Scalar>, k: Int) -> Gates<Scalar> {
    let selection = logits.value.topK(k)
    let weights = logits.tape.timed(as: .router) {
      switch self {
      case .softmaxThenTopK: select(softmax(logits), selection, k: k)
      case .topKThenSoftmax: softmax(select(logits, selection, k: k))
      }
    }
    return Gates(selection: selection, weights: weights)
  }
}

/// The experts chosen for every token, and their weights.
public struct Gates<Scalar: Real> {
  /// 𝒯(h): row-major n×k expert indices, by descending logit.
  public let selection: [Int32]
  /// g(h), n×k.
  public let weights: Variable<Scalar>
}
