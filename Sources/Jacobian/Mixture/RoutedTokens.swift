import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// Tokens in front of a mixture of experts, and what it decides for them: all that the closed forms need.
///
/// Weights are as they were when the value was made.
package struct RoutedTokens {
  package let layer: MoELayer<Double>
  package let router: any LinearRouter<Double>  // The layer's router, whose rows the claims are about
  package let h: Tensor<Double>  // Tokens, n×d
  package let k: Int  // Experts for each token
  package let W_r: Tensor<Double>  // W_r, N×d
  package let b_r: Tensor<Double>  // b_r, N
  package let logits: Tensor<Double>  // W_r h + b_r, n×N
  package let selections: [[Int]]  // 𝒯(h) of each token, by descending logit
  package let E: Tensor<Double>  // E_i(h) for all experts and tokens, N×n×d

  /// Sends tokens, n×d, through a mixture with a linear router.
  package init(_ h: Tensor<Double>, through layer: MoELayer<Double>, k: Int) {
    guard let router = layer.router as? any LinearRouter<Double> else {
      preconditionFailure("RoutedTokens: a router without W_r and b_r, \(type(of: layer.router))")
    }
    let tape = Tape<Double>.evaluating()
    let (weight, bias) = router.weights(on: tape)
    let logits = router.logits(tape.constant(h)).value
    let selection = layer.gate(tape.constant(logits), k: k).selection
    self.layer = layer
    self.router = router
    self.h = h
    self.k = k
    W_r = weight.value.contiguous()
    b_r = bias.value.contiguous()
    self.logits = logits
    selections = (0..<h.shape[0]).map { token in selection[token * k..<(token + 1) * k].map { Int($0) } }
    E = layer.experts.ofAllTokens(h)
  }

  /// The tokens of these numbers, in this order.
  package func keeping(_ tokens: [Int]) -> RoutedTokens { RoutedTokens(h.rows(tokens), through: layer, k: k) }

  package var count: Int { h.shape[0] }  // n
  package var experts: Int { W_r.shape[0] }  // N
  package var width: Int { W_r.shape[1] }  // d

  /// The closed form of one token.
  package subscript(token: Int) -> RoutingJacobian {
    let competitors = competitors(of: token)
    let softmax = Tensor([competitors.count], competitors.map { logits[token, $0] }).softmax().scalars
    var g = [Double](repeating: 0, count: experts)
    for (j, probability) in paired(competitors, softmax) { g[j] = probability }
    return RoutingJacobian(
      selection: selections[token], competitors: competitors, g: g,
      E: E.sliced(1, token..<token + 1).reshaped([experts, width]), W_r: W_r,
      dE: { layer.closedFormExperts.jacobian(of: $0, at: h.row(token)) })
  }

  /// 𝒥: the experts whose logits share one softmax with those chosen for a token, all or the chosen ones.
  package func competitors(of token: Int) -> [Int] {
    switch layer.gate {
    case .softmaxThenTopK: Array(0..<experts)
    case .topKThenSoftmax: selections[token]
    }
  }

  /// The coefficients c = ∂L/∂logits of all tokens for u = ∂L/∂y, n×d: n×N, each row sums to 0.
  package func coefficients(_ u: Tensor<Double>) -> Tensor<Double> {
    Tensor([count, experts], (0..<count).flatMap { self[$0].coefficients(u.row($0)) })
  }

  /// What cancels in the coefficients of each token, to which rounding in them is proportional: Σ_{i∈𝒯} g_i |E_i| |u|.
  func coefficientSizes(_ u: Tensor<Double>) -> [Double] {
    (0..<count).map { self[$0].outputSize * u.row($0).norm }
  }

  /// What cancels in the routing term J₂ᵀu of each token: Σ_{i∈𝒯} g_i |E_i| |u| · max_j |w_j|.
  func termSizes(_ u: Tensor<Double>) -> [Double] { (0..<count).map { self[$0].scale * u.row($0).norm } }

  /// The routing terms J₂ᵀu = Σ_j c_j w_j of all tokens by formula, or by one walk along the tape of the layer, which
  /// sees its input in the gates alone; n×d.
  package func routingTerms(_ u: Tensor<Double>, _ way: Way = .closedForm) -> Tensor<Double> {
    way == .closedForm ? coefficients(u).matrixProduct(W_r) : layer.pulledBack(u, to: h, k: k).throughGates
  }

  /// The same mixture, experts shared, with a router that trains W_r and b_r themselves, from what they are now: what SMoE
  /// would learn where another router is.
  var smoeTwin: MoELayer<Double> {
    MoELayer(router: SMoERouter("twin", startingFrom: router), gate: layer.gate, experts: layer.experts)
  }
}

/// Claim 3: how many dimensions routing terms can have.
extension RoutedTokens {
  /// The largest rank that J₂ of one token can have: min(k, N−1) for softmax, then top-k; k−1 for the other order.
  package var rankBound: Int {
    switch layer.gate {
    case .softmaxThenTopK: min(k, experts - 1, width)
    case .topKThenSoftmax: min(k - 1, width)
    }
  }

  /// Whether the gate is constant, so that J₂ = 0 and the router learns nothing: one competitor, top-k first and k = 1.
  package var isSilent: Bool { rankBound == 0 }

  /// The largest rank that the routing terms of all tokens can have: N less the number of groups of experts that never
  /// compete with one another, directly or through others.
  ///
  /// Each term is a sum of differences w_i − w_j of experts that compete for a token, and differences within a group of n
  /// experts span n − 1 dimensions. Where softmax comes first all experts compete, which leaves N−1.
  package var rankBoundOfAllTokens: Int {
    var group = Array(0..<experts)
    for token in 0..<count {
      let groups = Set(competitors(of: token).map { group[$0] })
      guard let first = groups.min() else { continue }
      for expert in group.indices where groups.contains(group[expert]) { group[expert] = first }
    }
    return min(experts - Set(group).count, width)
  }
}

/// How far the argument of a linear function can move before the function is 0; infinite for a constant.
func distanceToZero(_ value: Double, slope: Double) -> Double { slope == 0 ? .infinity : abs(value) / slope }

extension RoutedTokens {
  /// How much larger the last chosen logit of a token is than the first one left out; infinite if all are chosen.
  package func margin(of token: Int) -> Double {
    pairs(token).map { logits[token, $0] - logits[token, $1] }.min() ?? .infinity
  }

  /// How far any one coordinate of a token can move before its selection or a ReLU of its experts switches, in units of h.
  ///
  /// Within it the layer is smooth, the closed forms hold, and differences may be taken. 0 on a boundary, infinite if there
  /// is none.
  package func radius(of token: Int) -> Double {
    let boundaries = pairs(token).map { chosen, other in
      distanceToZero(
        logits[token, chosen] - logits[token, other], slope: (W_r.row(chosen) - W_r.row(other)).largestMagnitude)
    }
    let networks = layer.closedFormExperts
    let kinks = selections[token].flatMap { expert in
      let values = networks.preactivations(of: expert, at: h.row(token)).scalars
      let slopes = networks.matrix(networks.weight1, expert)
      return values.enumerated().map { distanceToZero($1, slope: slopes.row($0).largestMagnitude) }
    }
    return (boundaries + kinks).min() ?? .infinity
  }

  /// The chosen experts of a token, each with every expert that is not chosen.
  func pairs(_ token: Int) -> [(Int, Int)] {
    let chosen = selections[token]
    let others = (0..<experts).filter { !chosen.contains($0) }
    return chosen.flatMap { chosen in others.map { (chosen, $0) } }
  }
}

extension MoELayer<Double> {
  /// The mixture as a function of two tokens where the layer has one: y(a, b) = Σ_{i ∈ 𝒯(b)} g_i(b) E_i(a), n×d each.
  ///
  /// J₁ is its derivative by a, what the experts see, J₂ its derivative by b, what the router sees, at a = b = h. So both
  /// parts can be had from autodiff and from differences, which know nothing of the closed forms.
  func split(seen: Variable<Double>, routing: Variable<Double>, k: Int) -> Variable<Double> {
    let gates = router.gates(router.logits(routing), order: gate, k: k, random: nil)
    let dispatch = gates.assignment
    return combined(experts(dispatched(seen, dispatch), dispatch, random: nil), gates: gates.weights, dispatch)
  }

  /// J₁ᵀu and J₂ᵀu of tokens h, n×d each, for u = ∂L/∂y by the tape of the layer, with any router.
  func pulledBack(
    _ u: Tensor<Double>, to h: Tensor<Double>, k: Int
  ) -> (throughExperts: Tensor<Double>, throughGates: Tensor<Double>) {
    let recorded = JacobianTape<Double>()
    let parts = [recorded.tape.variable(h), recorded.tape.variable(h)]
    let y = split(seen: parts[0], routing: parts[1], k: k)
    let terms = recorded.vectorJacobianProduct(of: y, upstream: u, withRespectTo: parts)
    return (terms[0], terms[1])
  }
}
