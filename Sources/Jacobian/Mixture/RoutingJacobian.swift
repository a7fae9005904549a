import Autograd
import MixtureOfExperts
import Tensors

/// The Jacobian of a mixture's output by one token, in the two parts of the paper's comparison: ∂y/∂h = J₁ + J₂.
///
///     y   =  Σ_{i∈𝒯} g_i(h) E_i(h)
///     J₁  =  Σ_{i∈𝒯} g_i ∂E_i/∂h                                  experts seen through fixed gates
///     J₂  =  Σ_{i∈𝒯} Σ_{j∈𝒥} g_i (δ_ij − g_j) E_i(h) w_jᵀ          the gates move
///
/// 𝒯 are the chosen experts; 𝒥 are the experts whose logits share one softmax: all N where softmax comes before top-k,
/// the chosen ones where it comes after (deviation D1). Valid where 𝒯 does not change, which ``RoutedTokens/radius(of:)``
/// measures.
///
/// Equation [jacobian] in NOTES.md.
package struct RoutingJacobian {
  package let selection: [Int]  // 𝒯, by descending logit
  package let competitors: [Int]  // 𝒥
  package let g: [Double]  // g_j for j ∈ 𝒥, 0 for all others; N numbers that sum to 1
  package let E: Tensor<Double>  // E_1(h) … E_N(h), N×d
  package let W_r: Tensor<Double>  // W_r, N×d
  let dE: (Int) -> Tensor<Double>  // ∂E_i/∂h as a function of i, d×d

  /// J₁ = Σ_{i∈𝒯} g_i ∂E_i/∂h, d×d.
  package var J1: Tensor<Double> {
    var J1 = Tensor<Double>.zeros([width, width])
    for i in selection { J1.add(dE(i), scaledBy: g[i]) }
    return J1
  }

  /// J₂ = Σ_{i∈𝒯} Σ_{j∈𝒥} g_i (δ_ij − g_j) E_i w_jᵀ, d×d; collected Σ_{i∈𝒯} g_i E_i (w_i − w̄)ᵀ with w̄ = Σ_{j∈𝒥} g_j w_j.
  ///
  /// The gates see differences of rows only. Claim 3: the k factors w_i − w̄ bound the rank by k; where 𝒯 = 𝒥 they have
  /// the relation Σ g_i (w_i − w̄) = 0, which takes one dimension away.
  package var J2: Tensor<Double> {
    var J2 = Tensor<Double>.zeros([width, width])
    for i in selection {
      for j in competitors { J2.add(outer(E, i, W_r, j), scaledBy: g[i] * ((i == j ? 1 : 0) - g[j])) }
    }
    return J2
  }

  /// The N coefficients of J₂ᵀu = Σ_j c_j w_j for u = ∂L/∂y, d: c_j = Σ_{i∈𝒯} g_i (δ_ij − g_j) ⟨E_i, u⟩.
  ///
  /// These are also the derivatives of the loss by the logits. They sum to 0 in both orders.
  package func coefficients(_ u: Tensor<Double>) -> [Double] {
    let products = E.matrixProduct(u.reshaped([width, 1])).scalars  // ⟨E_i, u⟩
    var c = [Double](repeating: 0, count: g.count)
    for i in selection {
      for j in competitors { c[j] += g[i] * ((i == j ? 1 : 0) - g[j]) * products[i] }
    }
    return c
  }

  /// The size of what cancels in J₂, to which rounding in J₂ is proportional: Σ_{i∈𝒯} g_i |E_i| · max_j |w_j|.
  package var scale: Double {
    outputSize * competitors.reduce(0) { max($0, W_r.row($1).norm) }
  }

  /// Σ_{i∈𝒯} g_i |E_i|.
  var outputSize: Double { selection.reduce(0) { $0 + g[$1] * E.row($1).norm } }

  private var width: Int { W_r.shape[1] }
}

/// a_i b_jᵀ for row i of a and row j of b.
private func outer(_ a: Tensor<Double>, _ i: Int, _ b: Tensor<Double>, _ j: Int) -> Tensor<Double> {
  a.row(i).transposed(0, 1).matrixProduct(b.row(j))
}

extension MoELayer<Double> {
  /// The experts, if they are those whose closed forms are known.
  var closedFormExperts: Experts<Double> {
    guard let experts = experts as? Experts<Double> else { preconditionFailure("no closed form of \(experts)") }
    return experts
  }
}

extension Experts<Double> {
  /// ∂E_i/∂h = W2_i · diag(W1_i h + b1_i > 0) · W1_i for one token, 1×d, without dropout: d×d.
  package func jacobian(of expert: Int, at h: Tensor<Double>) -> Tensor<Double> {
    let active = preactivations(of: expert, at: h).scalars.map { $0 > 0 ? 1.0 : 0 }
    let gated = Tensor([1, active.count], active) * matrix(weight2, expert)
    return gated.matrixProduct(matrix(weight1, expert))
  }

  /// W1_i h + b1_i for one token, 1×d: 1×f.
  func preactivations(of expert: Int, at h: Tensor<Double>) -> Tensor<Double> {
    h.matrixProduct(matrix(weight1, expert).transposed(0, 1)) + bias1.value.row(expert)
  }

  /// One expert's matrix.
  func matrix(_ weight: Parameter<Double>, _ expert: Int) -> Tensor<Double> {
    let value = weight.value
    return value.row(expert).reshaped([value.shape[1], value.shape[2]])
  }
}
