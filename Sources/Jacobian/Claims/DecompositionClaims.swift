import LinearAlgebra
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

  /// How far closed form, autodiff and differences may be apart, relative to the numbers compared: what differences can
  /// show of a derivative a thousand times smaller than the function that is differenced.
  public static let agreement = 1e-8
  /// What counts as zero in matrices found by differences, relative to what cancels in them.
  static let differenceCutoff = 1e-8

  /// Finds the Jacobians of the tokens three ways.
  ///
  /// - Parameters:
  ///   - tokens: The tokens, at least one; each has room for differences.
  ///   - upstream: ∂L/∂y, n×d.
  public init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    precondition(
      tokens.count > 0 && upstream.shape == tokens.h.shape,
      "DecompositionClaims: \(tokens.count) tokens, upstream \(upstream.shape)")
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

  /// An entry of J₂ or of J₂ᵀu is a sum over chosen experts and their competitors, and over d.
  private var comparison: Comparison {
    Comparison(bound: Self.agreement, terms: tokens.k * tokens.experts + tokens.width)
  }

  /// Claim 1: the worst disagreement of any two ways about J = J₁ + J₂, J₁ and J₂, each relative to itself.
  public var disagreements: [ClaimResult.Finding] {
    let scales = (0..<tokens.count).map { tokens[$0].scale }
    let pairs = [(0, 1, "closed to autodiff"), (0, 2, "closed to differences"), (1, 2, "autodiff to differences")]
    return pairs.map { a, b, name in
      let (a, b) = (ways[a].parts, ways[b].parts)
      let errors = paired(a.errors, b.errors).map { $0 + $1 }
      let none = scales.map { _ in 0.0 }  // what cancels in J₁ is a small multiple of J₁
      return comparison.apart(
        name, a.whole + a.throughExperts + a.throughGates, b.whole + b.throughExperts + b.throughGates,
        cancelled: scales + none + scales, errors: errors + errors + errors)
    }
  }

  /// Claim 2: the largest part of a routing term J₂ᵀu that is outside the span of the rows w_j, j ∈ 𝒥, relative to the
  /// term.
  public var outsideRows: [ClaimResult.Finding] {
    outside(
      (0..<tokens.count).map { token in
        Subspace(spannedByRowsOf: tokens.W_r.gatheringRows(tokens.competitors(of: token).map { Int32($0) }))
      })
  }

  /// The largest part of a routing term J₂ᵀu that is outside a subspace, relative to the term.
  ///
  /// - Parameter spaces: One for each token.
  /// - Returns: A finding for each way.
  func outside(_ spaces: [Subspace]) -> [ClaimResult.Finding] {
    let sizes = tokens.termSizes(upstream)
    return ways.map { name, parts in
      let residuals = paired(Array(0..<tokens.count), spaces).map { token, space in
        let term = routingTerm(parts, token)
        // An error in each of the d entries that are summed in an entry of J₂ᵀu.
        let error = parts.errors[token] * Double(tokens.width) * row(upstream, token).norm
        return comparison.part(
          name, space.removed(from: term.transposed(0, 1)).norm, of: term.norm, cancelled: sizes[token], error: error)
      }
      return .worst(of: residuals, name, bound: Self.agreement)
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

  /// Claim 3: the largest |Σ_j c_j| of a token, relative to Σ_j |c_j|.
  public var coefficientSums: [ClaimResult.Finding] {
    let sizes = tokens.coefficientSizes(upstream)
    return tokens.coefficientWays(upstream).map { way in
      let findings = paired(way.coefficients, paired(way.errors, sizes).map { $0 }).map { c, rest in
        comparison.part(
          way.name, abs(c.reduce(0, +)), of: c.reduce(0) { $0 + abs($1) }, cancelled: rest.1,
          error: rest.0 * Double(c.count))
      }
      return .worst(of: findings, way.name, bound: Self.agreement)
    }
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
