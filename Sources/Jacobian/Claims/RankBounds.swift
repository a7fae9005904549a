import MixtureOfExperts

/// Claim 3: how many dimensions routing terms can have.
extension RoutedTokens {
  /// The largest rank that J₂ of one token can have: min(k, N−1) for softmax, then top-k; k−1 for the other order.
  public var rankBound: Int {
    switch layer.gate {
    case .softmaxThenTopK: min(k, experts - 1, width)
    case .topKThenSoftmax: min(k - 1, width)
    }
  }

  /// Whether the gate is constant, so that J₂ = 0 and the router learns nothing: one competitor, top-k first and k = 1.
  public var isSilent: Bool { rankBound == 0 }

  /// The largest rank that the routing terms of all tokens can have: N less the number of groups of experts that never
  /// compete with one another, directly or through others.
  ///
  /// Each term is a sum of differences w_i − w_j of experts that compete for a token, and differences within a group of n
  /// experts span n − 1 dimensions. Where softmax comes first all experts compete, which leaves N−1.
  public var rankBoundOfAllTokens: Int {
    var group = Array(0..<experts)
    for token in 0..<count {
      let groups = Set(competitors(of: token).map { group[$0] })
      guard let first = groups.min() else { continue }
      for expert in group.indices where groups.contains(group[expert]) { group[expert] = first }
    }
    return min(experts - Set(group).count, width)
  }
}
