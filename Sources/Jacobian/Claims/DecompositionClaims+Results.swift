extension DecompositionClaims {
  /// The claims as results.
  ///
  /// - Parameters:
  ///   - router: What results call the router.
  ///   - setting: Where the tokens come from; k is added.
  ///   - layer: Named where a bound is this layer's own.
  /// - Returns: Claims 1, 2 and 3; no verdict where a bound says nothing, because all of ℝᵈ, or every token, is within it.
  public func results(router: String, setting: ClaimSetting = ClaimSetting(), layer: Int? = nil) -> [ClaimResult] {
    let setting = setting.with(\.k, tokens.k)
    let decomposition = ClaimResult(
      1, router, "worst disagreement about J, J₁, J₂", setting, found: disagreements, bound: Self.agreement)
    if tokens.isSilent {
      let silence = ClaimResult(
        3, router, "largest entry of J₂ where the gate is constant", setting, found: silence, .exactly, bound: 0)
      return [decomposition, silence]
    }
    let ranks = ranks()
    let largest = ranks.map { ClaimResult.Finding($0.way, Double($0.ranks.max() ?? 0)) }
    let below = ranks.map { way, ranks in
      ClaimResult.Finding(way, Double(ranks.count { $0 < tokens.rankBound }))
    }
    let boundOfAll = tokens.rankBoundOfAllTokens
    let place = boundOfAll == min(tokens.experts - 1, tokens.width) ? setting : setting.with(\.layer, layer)
    let spansAll = (0..<tokens.count).contains { tokens.competitors(of: $0).count >= tokens.width }
    return [
      decomposition,
      ClaimResult(
        2, router, "part of J₂ᵀu outside the rows", setting, found: outsideRows,
        bound: spansAll ? nil : Self.agreement),
      ClaimResult(
        3, router, "rank of J₂, one token", setting, found: largest,
        bound: tokens.rankBound < tokens.width ? Double(tokens.rankBound) : nil),
      ClaimResult(
        3, router, "tokens with a smaller rank of J₂ than that", setting.with(\.tokens, tokens.count), found: below,
        bound: nil),
      ClaimResult(
        3, router, "rank of J₂ᵀu, all tokens", place, found: rankOfAllTokens,
        bound: boundOfAll < min(tokens.count, tokens.width) ? Double(boundOfAll) : nil),
      ClaimResult(
        3, router, "largest |Σ_j c_j| / Σ_j |c_j|, c = ∂L/∂b_r", setting, found: coefficientSums,
        bound: Self.agreement),
    ]
  }
}
