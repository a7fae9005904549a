import Autograd
import LinearAlgebra
import MixtureOfExperts
import Tensors

extension Claim {
  package static let decomposition = Claim(1, "∂y/∂h = J₁ + J₂")
  package static let rowSpan = Claim(2, "the routing term J₂ᵀu lies in the span of the router's rows")
  package static let rowDifferences = Claim(3, "it sees differences of rows only")
}

/// J, J₁ and J₂ of some tokens, each d×d.
package struct JacobianParts {
  package let whole: [Tensor<Double>]  // J = ∂y/∂h
  package let throughExperts: [Tensor<Double>]  // J₁
  package let throughGates: [Tensor<Double>]  // J₂
}

/// Claims 1, 2 and 3, for some tokens in front of one mixture, each found three ways.
///
/// Equation [routing-term] in NOTES.md.
package struct DecompositionClaims {
  package let tokens: RoutedTokens
  package let upstream: Tensor<Double>  // u = ∂L/∂y, n×d: the direction from which routing terms are seen
  package let ways: ThreeWays<JacobianParts>

  /// What counts as zero in matrices found by differences, relative to what cancels in them.
  static let differenceCutoff = 1e-8

  /// Finds the Jacobians of the tokens, at least one, three ways; each has room for differences.
  package init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    precondition(
      tokens.count > 0 && upstream.shape == tokens.h.shape,
      "DecompositionClaims: \(tokens.count) tokens, upstream \(upstream.shape)")
    self.tokens = tokens
    self.upstream = upstream
    ways = tokens.jacobians()
  }

  /// An entry of J₂ or of J₂ᵀu is a sum over chosen experts and their competitors, and over d.
  private var comparison: Comparison { Comparison(terms: tokens.k * tokens.experts + tokens.width) }

  /// Claim 1: the worst disagreement of any two ways about J = J₁ + J₂, J₁ and J₂, each relative to itself.
  package var disagreements: [ClaimResult.Finding] {
    let scales = (0..<tokens.count).map { tokens[$0].scale }
    let none = scales.map { _ in 0.0 }  // what cancels in J₁ is a small multiple of J₁
    return ways.disagreements { way, a, b, errors in
      comparison.apart(
        way, a.whole + a.throughExperts + a.throughGates, b.whole + b.throughExperts + b.throughGates,
        cancelled: scales + none + scales, errors: errors + errors + errors)
    }
  }

  /// Claim 2: the largest part of a routing term J₂ᵀu that is outside the span of the rows w_j, j ∈ 𝒥, relative to the
  /// term.
  package var outsideRows: [ClaimResult.Finding] {
    outside(
      (0..<tokens.count).map { Subspace(spannedByRowsOf: tokens.W_r.rows(tokens.competitors(of: $0))) })
  }

  /// The largest part of a routing term J₂ᵀu that is outside its token's subspace, relative to the term.
  func outside(_ spaces: [Subspace]) -> [ClaimResult.Finding] {
    let sizes = tokens.termSizes(upstream)
    return ways.all.map { way, parts, errors in
      let residuals = paired(Array(0..<tokens.count), spaces).map { token, space in
        let term = routingTerm(parts, token)
        // An error in each of the d entries that are summed in an entry of J₂ᵀu.
        let error = errors[token] * Double(tokens.width) * upstream.row(token).norm
        return comparison.part(
          way.rawValue, space.removed(from: term.transposed(0, 1)).norm, of: term.norm, cancelled: sizes[token],
          error: error)
      }
      return .worst(of: residuals, way.rawValue, bound: Comparison.agreement)
    }
  }

  /// Claim 3: the rank of each token's J₂, each way.
  package func ranks() -> [(way: Way, ranks: [Int])] {
    ways.all.map { way, parts, _ in
      let ranks = (0..<tokens.count).map { token in
        SingularValues(of: parts.throughGates[token])
          .numericalRank(cutoff: relativeCutoff(way, tokens.width) * tokens[token].scale)
      }
      return (way, ranks)
    }
  }

  /// Claim 3: the rank of the routing terms of all tokens together.
  package var rankOfAllTokens: [ClaimResult.Finding] {
    let size = tokens.termSizes(upstream).reduce(0) { $0 + $1 * $1 }.squareRoot()
    return ways.all.map { way, parts, _ in
      let terms = Tensor.concatenated((0..<tokens.count).map { routingTerm(parts, $0) }, axis: 0)
      let cutoff = relativeCutoff(way, max(tokens.count, tokens.width)) * size
      return .init(way.rawValue, Double(SingularValues(of: terms).numericalRank(cutoff: cutoff)))
    }
  }

  /// Claim 3: the largest |Σ_j c_j| of a token, relative to Σ_j |c_j|.
  package var coefficientSums: [ClaimResult.Finding] {
    let sizes = tokens.coefficientSizes(upstream)
    return tokens.coefficientWays(upstream).all.map { way, coefficients, errors in
      let findings = coefficients.indices.map { token in
        let c = coefficients[token]
        return comparison.part(
          way.rawValue, abs(c.reduce(0, +)), of: c.reduce(0) { $0 + abs($1) }, cancelled: sizes[token],
          error: errors[token] * Double(c.count))
      }
      return .worst(of: findings, way.rawValue, bound: Comparison.agreement)
    }
  }

  /// Claims 1, 2 and 3; no verdict where a bound says nothing, because all of ℝᵈ, or every token, is within it.
  ///
  /// The layer is named where a bound is its own.
  package func results(_ setting: ClaimSetting = ClaimSetting(), layer: Int? = nil) -> [ClaimResult] {
    let setting = setting.with(\.k, tokens.k)
    let decomposition = ClaimResult(
      .decomposition, "worst disagreement about J, J₁, J₂", setting, found: disagreements, bound: Comparison.agreement)
    if tokens.isSilent {
      let entries = ways.all.map {
        ClaimResult.Finding($0.way.rawValue, $0.found.throughGates.map(\.largestMagnitude).worst())
      }
      let silence = ClaimResult(
        .rowDifferences, "largest entry of J₂ where the gate is constant", setting, found: entries, .exactly, bound: 0)
      return [decomposition, silence]
    }
    let (ranks, bound, boundOfAll) = (ranks(), tokens.rankBound, tokens.rankBoundOfAllTokens)
    let place = boundOfAll == min(tokens.experts - 1, tokens.width) ? setting : setting.with(\.layer, layer)
    let spansAll = (0..<tokens.count).contains { tokens.competitors(of: $0).count >= tokens.width }
    return [
      decomposition,
      ClaimResult(
        .rowSpan, "part of J₂ᵀu outside the rows", setting, found: outsideRows,
        bound: spansAll ? nil : Comparison.agreement),
      ClaimResult(
        .rowDifferences, "rank of J₂, one token", setting,
        found: ranks.map { .init($0.way.rawValue, Double($0.ranks.max() ?? 0)) },
        bound: bound < tokens.width ? Double(bound) : nil),
      ClaimResult(
        .rowDifferences, "tokens with a smaller rank of J₂ than that", setting.with(\.tokens, tokens.count),
        found: ranks.map { way, ranks in .init(way.rawValue, Double(ranks.count { $0 < bound })) }, bound: nil),
      ClaimResult(
        .rowDifferences, "rank of J₂ᵀu, all tokens", place, found: rankOfAllTokens,
        bound: boundOfAll < min(tokens.count, tokens.width) ? Double(boundOfAll) : nil),
      ClaimResult(
        .rowDifferences, "largest |Σ_j c_j| / Σ_j |c_j|, c = ∂L/∂b_r", setting, found: coefficientSums,
        bound: Comparison.agreement),
    ]
  }

  /// J₂ᵀu of one token, 1×d.
  private func routingTerm(_ parts: JacobianParts, _ token: Int) -> Tensor<Double> {
    upstream.row(token).matrixProduct(parts.throughGates[token])
  }

  /// What counts as zero, relative to what cancels: rounding for exact ways, their own error for differences.
  private func relativeCutoff(_ way: Way, _ length: Int) -> Double {
    way == .differences ? Self.differenceCutoff : Double(length) * .ulpOfOne
  }
}

extension RoutedTokens {
  /// J₁ and J₂ from their formulas, and J as their sum; the same from the layer itself by tape and differences.
  func jacobians() -> ThreeWays<JacobianParts> {
    let tokens = (0..<count).map { self[$0] }
    let (J1, J2) = (tokens.map(\.J1), tokens.map(\.J2))
    let (differences, errors) = differences()
    return ThreeWays(
      closedForm: JacobianParts(whole: paired(J1, J2).map { $0 + $1 }, throughExperts: J1, throughGates: J2),
      autodiff: autodiff(), differences: differences, errors: errors)
  }

  /// By walks backwards along the tape of the layer.
  ///
  /// A token's output depends on that token alone, so one walk with u = (e_r, …, e_r) gives row r of every token's matrix.
  private func autodiff() -> JacobianParts {
    parts { function in
      let recorded = JacobianTape<Double>()
      let input = recorded.tape.variable(h)
      let y = function(input)
      let rows = (0..<width).map { row in
        let unit = Tensor([1, width], (0..<width).map { $0 == row ? 1.0 : 0 }).broadcast(to: y.shape).contiguous()
        return recorded.vectorJacobianProduct(of: y, upstream: unit, withRespectTo: [input])[0]
      }
      return (0..<count).map { token in .concatenated(rows.map { $0.row(token) }, axis: 0) }
    }
  }

  /// J, J₁ and J₂ of all tokens by one way of differentiating what the layer, or a part of it, does with them.
  private func parts(_ jacobians: ((Variable<Double>) -> Variable<Double>) -> [Tensor<Double>]) -> JacobianParts {
    JacobianParts(
      whole: jacobians { layer($0, k: k, random: nil).output },
      throughExperts: jacobians { layer.split(seen: $0, routing: $0.tape.constant(h), k: k) },
      throughGates: jacobians { layer.split(seen: $0.tape.constant(h), routing: $0, k: k) })
  }

  /// By central differences of the layer's values: all tokens move at once, each by a step that its own
  /// ``radius(of:)`` allows.
  private func differences() -> (parts: JacobianParts, errors: [Double]) {
    let steps = (0..<count).map { min(0x1p-6, radius(of: $0) / 2) }
    let scale = Tensor([count, 1], steps)
    let tape = Tape<Double>.evaluating()
    var errors = [Double](repeating: 0, count: count)
    let parts = parts { function in
      let (all, error) = CentralDifferences.estimate(at: .zeros([1, width]), step: 1) { shift in
        function(tape.constant(h + scale * shift)).value
      }
      return (0..<count).map { token in
        let rows = token * width..<(token + 1) * width
        errors[token] = [errors[token], error.sliced(0, rows).largestMagnitude / steps[token]].worst()
        return all.sliced(0, rows).scaled(by: 1 / steps[token])
      }
    }
    return (parts, errors)
  }

  /// c_j of every token, N numbers each, by formula, and as the derivative of ⟨u, y⟩ by b_r from the tape and from differences.
  ///
  /// The last two come from the layer itself with b_r trained, each token alone, and know nothing of the formula.
  func coefficientWays(_ upstream: Tensor<Double>) -> ThreeWays<[[Double]]> {
    let twin = smoeTwin
    let bias = twin.router.parameters[1]
    let value = bias.value
    defer { bias.value = value }
    let recorded = (0..<count).map { token in
      let tape = JacobianTape<Double>()
      let y = twin(tape.tape.constant(h.row(token)), k: k, random: nil).output
      return tape.vectorJacobianProduct(of: y, upstream: upstream.row(token), withRespectTo: [tape.tape(bias)])[0]
        .scalars
    }
    let estimates = (0..<count).map { token in
      let margin = margin(of: token)
      // At a tie of logits there is no derivative by b_r: differences say nothing.
      if margin == 0 { return (coefficients: value.scalars.map { _ in 0.0 }, error: Double.infinity) }
      let (gradient, error) = CentralDifferences.estimate(at: value, step: min(0x1p-6, margin / 2)) { moved in
        bias.value = moved
        let y = twin(Tape<Double>.evaluating().constant(h.row(token)), k: k, random: nil).output.value
        return Tensor(y.dot(upstream.row(token)))
      }
      return (coefficients: gradient.scalars, error: error.largestMagnitude)
    }
    let formula = coefficients(upstream)
    return ThreeWays(
      closedForm: (0..<count).map { formula.row($0).scalars }, autodiff: recorded,
      differences: estimates.map(\.coefficients), errors: estimates.map(\.error))
  }
}
