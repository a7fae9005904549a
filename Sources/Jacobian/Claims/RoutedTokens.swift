import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// Tokens in front of a mixture of experts, and what it decides for them: all that the closed forms need.
///
/// Weights are as they were when the value was made.
public struct RoutedTokens {
  /// The mixture.
  public let layer: MoELayer<Double>
  /// Its router, whose rows the claims are about.
  public let router: any LinearRouter<Double>
  /// Tokens, n×d.
  public let h: Tensor<Double>
  /// Experts for each token.
  public let k: Int
  /// W_r, N×d.
  public let W_r: Tensor<Double>
  /// b_r, N.
  public let b_r: Tensor<Double>
  /// W_r h + b_r, n×N.
  public let logits: Tensor<Double>
  /// 𝒯(h) of each token, by descending logit.
  public let selections: [[Int]]
  /// E_i(h) for all experts and tokens, N×n×d.
  public let E: Tensor<Double>

  /// Sends tokens through a mixture.
  ///
  /// - Parameters:
  ///   - h: Tokens, n×d.
  ///   - layer: The mixture, with a linear router.
  ///   - k: Experts for each token.
  public init(_ h: Tensor<Double>, through layer: MoELayer<Double>, k: Int) {
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

  /// Returns some of the tokens.
  ///
  /// - Parameter tokens: Their numbers.
  /// - Returns: These tokens, in this order.
  public func keeping(_ tokens: [Int]) -> RoutedTokens {
    RoutedTokens(h.gatheringRows(tokens.map { Int32($0) }), through: layer, k: k)
  }

  /// The number of tokens, n.
  public var count: Int { h.shape[0] }
  /// N.
  public var experts: Int { W_r.shape[0] }
  /// d.
  public var width: Int { W_r.shape[1] }

  /// The closed form of one token.
  ///
  /// - Parameter token: 0 ..< n.
  public subscript(token: Int) -> RoutingJacobian {
    let selection = selections[token]
    let experts = layer.closedFormExperts
    let outputs = E.sliced(1, token..<token + 1).reshaped([self.experts, width])
    return RoutingJacobian(
      selection: selection, competitors: competitors(of: token), g: gates(of: token), E: outputs, W_r: W_r,
      dE: { experts.jacobian(of: $0, at: h.sliced(0, token..<token + 1)) })
  }

  /// The coefficients c of all tokens: ∂L/∂logits.
  ///
  /// - Parameter upstream: ∂L/∂y, n×d.
  /// - Returns: n×N; each row sums to 0.
  public func coefficients(_ upstream: Tensor<Double>) -> Tensor<Double> {
    Tensor(
      [count, experts],
      (0..<count).flatMap { self[$0].coefficients(upstream.sliced(0, $0..<$0 + 1)) })
  }

  /// What cancels in the coefficients of a token: Σ_{i∈𝒯} g_i |E_i| |u|.
  ///
  /// - Parameter upstream: ∂L/∂y, n×d.
  /// - Returns: One number for each token, to which rounding in its coefficients is proportional.
  func coefficientSizes(_ upstream: Tensor<Double>) -> [Double] {
    (0..<count).map { self[$0].outputSize * upstream.sliced(0, $0..<$0 + 1).norm }
  }

  /// What cancels in the routing term J₂ᵀu of a token: Σ_{i∈𝒯} g_i |E_i| |u| · max_j |w_j|.
  ///
  /// - Parameter upstream: ∂L/∂y, n×d.
  /// - Returns: One number for each token, to which rounding in its routing term is proportional.
  func termSizes(_ upstream: Tensor<Double>) -> [Double] {
    (0..<count).map { self[$0].scale * upstream.sliced(0, $0..<$0 + 1).norm }
  }

  /// The routing terms J₂ᵀu = Σ_j c_j w_j of all tokens, one a row.
  ///
  /// - Parameter upstream: ∂L/∂y, n×d.
  /// - Returns: n×d.
  public func routingTerms(_ upstream: Tensor<Double>) -> Tensor<Double> {
    coefficients(upstream).matrixProduct(W_r)
  }

  /// The same by one walk backwards along the tape of the layer, which sees its input in the gates alone.
  ///
  /// - Parameter upstream: ∂L/∂y, n×d.
  /// - Returns: n×d.
  public func routingTermsByAutodiff(_ upstream: Tensor<Double>) -> Tensor<Double> {
    let recorded = JacobianTape<Double>()
    let routing = recorded.tape.variable(h)
    let y = layer.split(seen: recorded.tape.constant(h), routing: routing, k: k)
    return recorded.vectorJacobianProduct(of: y, upstream: upstream, withRespectTo: [routing])[0]
  }

  /// 𝒥: the experts whose logits share one softmax with those chosen for a token.
  ///
  /// - Parameter token: 0 ..< n.
  /// - Returns: All experts, or the chosen ones.
  public func competitors(of token: Int) -> [Int] {
    switch layer.gate {
    case .softmaxThenTopK: Array(0..<experts)
    case .topKThenSoftmax: selections[token]
    }
  }

  /// g: the softmax over 𝒥.
  private func gates(of token: Int) -> [Double] {
    let competitors = competitors(of: token)
    let softmax = Tensor([competitors.count], competitors.map { logits[token, $0] }).softmax().scalars
    var g = [Double](repeating: 0, count: experts)
    for (j, probability) in paired(competitors, softmax) { g[j] = probability }
    return g
  }
}
