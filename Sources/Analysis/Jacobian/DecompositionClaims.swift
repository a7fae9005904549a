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

  /// How far closed form, autodiff and differences may be apart, relative to what is summed in the numbers compared.
  public static let agreement = 1e-8
  /// What counts as zero in matrices found by differences, relative to what cancels in them.
  static let differenceCutoff = 1e-8

  /// Finds the Jacobians of the tokens three ways.
  ///
  /// - Parameters:
  ///   - tokens: The tokens; each has room for differences.
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
  ///
  /// Relative to the size of a token's J₁ and of what cancels in its J₂: where gates are near 0 and 1, J₂ itself may be
  /// as small as its rounding.
  public var disagreements: [ClaimResult.Finding] {
    let sizes = (0..<tokens.count).map { closedForm.throughExperts[$0].largestMagnitude + tokens[$0].scale }
    let pairs = [(0, 1, "closed to autodiff"), (0, 2, "closed to differences"), (1, 2, "autodiff to differences")]
    return pairs.map { a, b, name in
      let (a, b) = (ways[a].parts, ways[b].parts)
      let apart = (0..<tokens.count).map { token in
        let differences = [
          a.whole[token] - b.whole[token], a.throughExperts[token] - b.throughExperts[token],
          a.throughGates[token] - b.throughGates[token],
        ]
        return ClaimResult.Finding(
          name, ratio(differences.map(\.largestMagnitude).worst(), sizes[token]),
          resolution: ratio(a.errors[token] + b.errors[token], sizes[token]))
      }
      return .worst(of: apart, bound: Self.agreement)
    }
  }

  /// Claim 2: the largest part of a routing term J₂ᵀu that is outside the span of the rows w_j, j ∈ 𝒥, relative to the
  /// terms that cancel in it.
  public var outsideRows: [ClaimResult.Finding] {
    let spans = (0..<tokens.count).map { token in
      Subspace(spannedByRowsOf: tokens.W_r.gatheringRows(tokens.competitors(of: token).map { Int32($0) }))
    }
    let sizes = tokens.termSizes(upstream)
    return ways.map { name, parts in
      let residuals = (0..<tokens.count).map { token in
        let term = routingTerm(parts, token).transposed(0, 1)
        // An error in each of the d entries that are summed in an entry of J₂ᵀu.
        let error = parts.errors[token] * Double(tokens.width) * row(upstream, token).norm
        return ClaimResult.Finding(
          name, ratio(spans[token].removed(from: term).norm, sizes[token]), resolution: ratio(error, sizes[token]))
      }
      return .worst(of: residuals, bound: Self.agreement)
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
    let size = tokens.termSizes(upstream).reduce(0) { $0 + $1 * $1 }.squareRoot()
    return ways.map { name, parts in
      let terms = Tensor.concatenated((0..<tokens.count).map { routingTerm(parts, $0) }, axis: 0)
      let cutoff = relativeCutoff(name, max(tokens.count, tokens.width)) * size
      return .init(name, Double(SingularValues(of: terms).numericalRank(cutoff: cutoff)))
    }
  }

  /// Claim 3: the largest |Σ_j c_j| of a token, relative to what cancels in its coefficients.
  public var coefficientSum: Double {
    let sums = tokens.coefficients(upstream).sum(axis: 1).scalars
    return zip(sums, tokens.coefficientSizes(upstream)).map { ratio(abs($0), $1) }.worst()
  }

  /// Where the gate passes nothing, the largest entry of J₂: exactly 0.
  public var silence: [ClaimResult.Finding] {
    ways.map { .init($0.name, $0.parts.throughGates.map(\.largestMagnitude).worst()) }
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

extension Tensor<Double> {
  /// The Euclidean norm.
  var norm: Double { sumOfSquares().squareRoot() }
}
