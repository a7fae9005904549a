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
public struct RoutingJacobian {
  /// 𝒯, by descending logit.
  public let selection: [Int]
  /// 𝒥.
  public let competitors: [Int]
  /// g_j for j ∈ 𝒥, 0 for all others; N numbers that sum to 1.
  public let g: [Double]
  /// E_1(h) … E_N(h), N×d.
  public let E: Tensor<Double>
  /// W_r, N×d.
  public let W_r: Tensor<Double>
  /// ∂E_i/∂h as a function of i, d×d.
  let dE: (Int) -> Tensor<Double>

  /// J₁ = Σ_{i∈𝒯} g_i ∂E_i/∂h, d×d.
  public var J1: Tensor<Double> {
    var J1 = Tensor<Double>.zeros([width, width])
    for i in selection { J1.add(dE(i), scaledBy: g[i]) }
    return J1
  }

  /// J₂ = Σ_{i∈𝒯} Σ_{j∈𝒥} g_i (δ_ij − g_j) E_i w_jᵀ, d×d.
  public var J2: Tensor<Double> {
    var J2 = Tensor<Double>.zeros([width, width])
    for i in selection {
      for j in competitors { J2.add(outer(E, i, W_r, j), scaledBy: g[i] * ((i == j ? 1 : 0) - g[j])) }
    }
    return J2
  }

  /// J₂ with its terms collected: Σ_{i∈𝒯} g_i E_i (w_i − w̄)ᵀ with w̄ = Σ_{j∈𝒥} g_j w_j, d×d.
  ///
  /// The gates see differences of rows only. Claim 3: the k factors w_i − w̄ bound the rank by k; where 𝒯 = 𝒥 they have
  /// the relation Σ g_i (w_i − w̄) = 0, which takes one dimension away.
  public var collectedJ2: Tensor<Double> {
    let mean = Tensor([1, g.count], g).matrixProduct(W_r)  // w̄
    let centred = W_r - mean
    var J2 = Tensor<Double>.zeros([width, width])
    for i in selection { J2.add(outer(E, i, centred, i), scaledBy: g[i]) }
    return J2
  }

  /// The coefficients of J₂ᵀu = Σ_j c_j w_j for an upstream gradient u: c_j = Σ_{i∈𝒯} g_i (δ_ij − g_j) ⟨E_i, u⟩.
  ///
  /// These are also the derivatives of the loss by the logits. They sum to 0 in both orders.
  ///
  /// - Parameter upstream: u = ∂L/∂y, d.
  /// - Returns: c, N numbers.
  public func coefficients(_ upstream: Tensor<Double>) -> [Double] {
    let products = E.matrixProduct(upstream.reshaped([width, 1])).scalars  // ⟨E_i, u⟩
    var c = [Double](repeating: 0, count: g.count)
    for i in selection {
      for j in competitors { c[j] += g[i] * ((i == j ? 1 : 0) - g[j]) * products[i] }
    }
    return c
  }

  /// The size of what cancels in J₂, to which rounding in J₂ is proportional: Σ_{i∈𝒯} g_i |E_i| · max_j |w_j|.
  public var scale: Double {
    outputSize * competitors.reduce(0) { max($0, W_r.sliced(0, $1..<$1 + 1).norm) }
  }

  /// Σ_{i∈𝒯} g_i |E_i|.
  var outputSize: Double { selection.reduce(0) { $0 + g[$1] * E.sliced(0, $1..<$1 + 1).norm } }

  private var width: Int { W_r.shape[1] }
}

/// a_i b_jᵀ for row i of a and row j of b.
private func outer(_ a: Tensor<Double>, _ i: Int, _ b: Tensor<Double>, _ j: Int) -> Tensor<Double> {
  a.sliced(0, i..<i + 1).transposed(0, 1).matrixProduct(b.sliced(0, j..<j + 1))
}
