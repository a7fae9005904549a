import Tensors

/// Claims 1, 2 and 3, for some tokens in front of one mixture, each found three ways.
///
/// Equation [routing-term] in NOTES.md.
public struct DecompositionClaims {
  /// The tokens.
  public let tokens: RoutedTokens
  /// ∂L/∂y, n×d: the direction from which routing terms are seen.
  public let upstream: Tensor<Double>
  /// By formula.
  public let closedForm: JacobianParts
  /// By the tape.
  public let autodiff: JacobianParts
  /// By central differences.
  public let differences: JacobianParts

  /// How far closed form, autodiff and differences may be apart, relative to the largest entry.
  public static let agreement = 1e-8
  /// What counts as zero in matrices found by differences, relative to what cancels in them.
  static let differenceCutoff = 1e-8

  /// Finds the Jacobians of the tokens three ways.
  ///
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - upstream: ∂L/∂y, n×d.
  public init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    self.tokens = tokens
    self.upstream = upstream
    closedForm = tokens.closedForm()
    autodiff = tokens.autodiff()
    differences = tokens.differences()
  }

  /// The three ways by name.
  var ways: [(name: String, parts: JacobianParts)] {
    [("closed form", closedForm), ("autodiff", autodiff), ("differences", differences)]
  }

  /// Claim 1: the worst disagreement of any two ways about J = J₁ + J₂, J₁ and J₂.
  public var disagreements: [ClaimResult.Finding] {
    let pairs = [(0, 1, "closed to autodiff"), (0, 2, "closed to differences"), (1, 2, "autodiff to differences")]
    return pairs.map { a, b, name in
      let (a, b) = (ways[a].parts, ways[b].parts)
      let parts = [
        disagreement(a.whole, b.whole), disagreement(a.throughExperts, b.throughExperts),
        disagreement(a.throughGates, b.throughGates),
      ]
      return .init(name, parts.max() ?? .infinity)
    }
  }

  /// Claim 2: the largest part of a routing term J₂ᵀu that is outside the span of the rows w_j, j ∈ 𝒥, relative to the
  /// terms that cancel in it.
  public var outsideRows: [ClaimResult.Finding] {
    let spans = (0..<tokens.count).map { token in
      Subspace(spannedByRowsOf: tokens.W_r.gatheringRows(tokens.competitors(of: token).map { Int32($0) }))
    }
    return ways.map { name, parts in
      let residuals = (0..<tokens.count).map { token in
        let term = routingTerm(parts, token).transposed(0, 1)
        let size = tokens[token].scale * row(upstream, token).sumOfSquares().squareRoot()
        return spans[token].removed(from: term).sumOfSquares().squareRoot() / size
      }
      return .init(name, residuals.max() ?? .infinity)
    }
  }

  /// Claim 3: the rank of each token's J₂.
  ///
  /// - Returns: For each way, one rank for each token.
  public func ranks() -> [(way: String, ranks: [Int])] {
    ways.map { name, parts in
      let ranks = (0..<tokens.count).map { token in
        SingularValues(of: parts.throughGates[token])
          .numericalRank(cutoff: relativeCutoff(name, tokens.width) * tokens[token].scale)
      }
      return (name, ranks)
    }
  }

  /// Claim 3: the rank of the routing terms of all tokens together.
  public var rankOfAllTokens: [ClaimResult.Finding] {
    let sizes = (0..<tokens.count).map { tokens[$0].scale * row(upstream, $0).sumOfSquares().squareRoot() }
    let size = sizes.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return ways.map { name, parts in
      let terms = Tensor.concatenated((0..<tokens.count).map { routingTerm(parts, $0) }, axis: 0)
      let cutoff = relativeCutoff(name, max(tokens.count, tokens.width)) * size
      return .init(name, Double(SingularValues(of: terms).numericalRank(cutoff: cutoff)))
    }
  }

  /// Claim 3: the largest |Σ_j c_j|, relative to the largest coefficient.
  public var coefficientSum: Double {
    let c = tokens.coefficients(upstream)
    let largest = c.largestMagnitude
    return largest == 0 ? 0 : c.sum(axis: 1).largestMagnitude / largest
  }

  /// The largest rank that J₂ of one token can have: min(k, N−1) for softmax, then top-k; k−1 for the other order.
  public var rankBound: Int {
    let (k, N) = (tokens.k, tokens.experts)
    switch tokens.layer.gate {
    case .softmaxThenTopK: return min(k, N - 1, tokens.width)
    case .topKThenSoftmax: return min(k - 1, tokens.width)
    }
  }

  /// The largest rank that the routing terms of all tokens can have: N−1, and 0 where one token's bound is 0.
  public var rankBoundOfAllTokens: Int {
    rankBound == 0 ? 0 : min(tokens.experts - 1, tokens.width)
  }

  /// J₂ᵀu of one token, 1×d.
  private func routingTerm(_ parts: JacobianParts, _ token: Int) -> Tensor<Double> {
    row(upstream, token).matrixProduct(parts.throughGates[token])
  }

  private func row(_ matrix: Tensor<Double>, _ index: Int) -> Tensor<Double> { matrix.sliced(0, index..<index + 1) }

  /// What counts as zero, relative to what cancels: rounding for exact ways, their own error for differences.
  private func relativeCutoff(_ way: String, _ length: Int) -> Double {
    way == "differences" ? Self.differenceCutoff : Double(length) * .ulpOfOne
  }
}

extension DecompositionClaims {
  /// The claims as results.
  ///
  /// - Parameters:
  ///   - router: What results call the router.
  ///   - setting: Where the tokens come from; k is added.
  /// - Returns: Claims 1, 2 and 3.
  public func results(router: String, setting: String = "") -> [ClaimResult] {
    let setting = setting.isEmpty ? "k = \(tokens.k)" : "\(setting), k = \(tokens.k)"
    let ranks = ranks()
    let largest = ranks.map { ClaimResult.Finding($0.way, Double($0.ranks.max() ?? 0)) }
    let below = ranks.map { way, ranks in ClaimResult.Finding(way, Double(ranks.count { $0 < rankBound })) }
    return [
      ClaimResult(
        1, router, "worst disagreement about J, J₁, J₂", setting, found: disagreements, bound: Self.agreement),
      ClaimResult(
        2, router, "part of J₂ᵀu outside the rows", setting, found: outsideRows, bound: Self.agreement),
      ClaimResult(3, router, "rank of J₂, one token", setting, found: largest, bound: Double(rankBound)),
      ClaimResult(
        3, router, "tokens with a smaller rank of J₂ than that", "\(setting), of \(tokens.count)",
        measured: below.map(\.value).max() ?? .nan, of: below),
      ClaimResult(
        3, router, "rank of J₂ᵀu, all tokens", setting, found: rankOfAllTokens, bound: Double(rankBoundOfAllTokens)),
      ClaimResult(
        3, router, "largest |Σ_j c_j|", setting, found: [.init("closed form", coefficientSum)],
        bound: Self.agreement),
    ]
  }
}
