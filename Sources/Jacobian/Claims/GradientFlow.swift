import Autograd
import MixtureOfExperts
import Tensors

extension Claim {
  package static let gradientFlow = Claim(7, "only e receives gradient")
}

/// Claim 7, and the identity of claim 5: what a loss L = Σ_t ⟨u_t, y_t⟩ tells the trainable weights of a router.
///
///     ∂L/∂W_r = Σ_t c(h_t) h_tᵀ,   ∂L/∂b_r = Σ_t c(h_t)
///     ∂L/∂e   = (∂vec(W_r, b_r)/∂e)ᵀ vec(∂L/∂W_r, ∂L/∂b_r)        HyperRouter: all that is trained
///
/// Equation [gradient-flow] in NOTES.md.
package struct GradientFlow {
  package let tokens: RoutedTokens
  package let upstream: Tensor<Double>  // u = ∂L/∂y, n×d

  package init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    self.tokens = tokens
    self.upstream = upstream
  }

  private var router: any LinearRouter<Double> { tokens.router }

  /// (h | 1), n×(d+1).
  private var inputs: Tensor<Double> {
    .concatenated([tokens.h, Tensor<Double>([tokens.count, 1], repeating: 1)], axis: 1)
  }

  /// ∂L/∂(W_r | b_r) = Σ_t c(h_t) (h_t | 1)ᵀ, N×(d+1), b_r's part in the last column.
  package var generated: Tensor<Double> {
    tokens.coefficients(upstream).transposed(0, 1).matrixProduct(inputs)
  }

  /// The gradients of the router's trainable weights by formula, in the order of its parameters.
  package var closedForm: [Tensor<Double>] {
    let (origin, generated, d) = (router.origin, generated, tokens.width)
    if case .trained = origin {
      return [generated.sliced(1, 0..<d), generated.sliced(1, d..<d + 1).reshaped([tokens.experts])]
    }
    guard let e = origin.embedding, let J = origin.derivative?.jacobian else { return [] }
    return [generated.reshaped([1, generated.count]).matrixProduct(J).reshaped(e.value.shape)]
  }

  /// The same by the tape of the layer itself.
  package var autodiff: [Tensor<Double>] {
    let recorded = JacobianTape<Double>()
    let y = tokens.layer(recorded.tape.constant(tokens.h), k: tokens.k, random: nil).output
    return recorded.vectorJacobianProduct(
      of: y, upstream: upstream, withRespectTo: router.parameters.map { recorded.tape($0) })
  }

  /// All three ways: as many gradients each way as the router has trainable weights.
  ///
  /// Differences move one number at a time and put it back.
  package func ways() -> ThreeWays<[Tensor<Double>]> {
    let step = min(0x1p-6, radius / 2)
    let h = Tape<Double>.evaluating().constant(tokens.h)
    let estimates = router.parameters.map { parameter in
      let value = parameter.value
      defer { parameter.value = value }
      let (gradient, error) = CentralDifferences.estimate(at: value, step: step) { moved in
        parameter.value = moved
        return Tensor(tokens.layer(h, k: tokens.k, random: nil).output.value.dot(upstream))
      }
      return (gradient: gradient.reshaped(value.shape), error: error.largestMagnitude)
    }
    return ThreeWays(
      closedForm: closedForm, autodiff: autodiff, differences: estimates.map(\.gradient), errors: estimates.map(\.error)
    )
  }

  /// What cancels in an entry of each of the router's gradients: Σ_t Σ_i g_i |E_i| |u| max(|h|, 1), for e times the largest
  /// column of ∂vec(W_r, b_r)/∂e.
  private var cancelled: [Double] {
    let entries = tokens.coefficientSizes(upstream).enumerated().map { $1 * max(1, tokens.h.row($0).largestMagnitude) }
    let sum = entries.reduce(0, +)
    return router.parameters.map { _ in
      router.origin.derivative.map { sum * ($0.jacobian * $0.jacobian).sum(axis: 0).largestMagnitude.squareRoot() }
        ?? sum
    }
  }

  /// An entry of a gradient is a sum over tokens, chosen experts and their competitors; for e over what 𝓗 generates too.
  private var comparison: Comparison {
    let own = tokens.count * tokens.k * tokens.experts + tokens.width
    return Comparison(terms: own + (router.origin.derivative?.jacobian.shape[0] ?? 0))
  }

  /// How far any one trainable number of the router can move before a selection, or a ReLU of 𝓗, switches.
  var radius: Double {
    let (inputs, derivative, block) = (inputs, router.origin.derivative, tokens.width + 1)
    let distances = (0..<tokens.count).flatMap { token in
      let input = inputs.row(token)
      // ∂(w_j·h + b_j)/∂e for every expert j.
      let slopes = derivative.map { derivative in
        (0..<tokens.experts).map {
          input.matrixProduct(derivative.jacobian.sliced(0, $0 * block..<($0 + 1) * block))
        }
      }
      return tokens.pairs(token).map { chosen, other in
        let gap = tokens.logits[token, chosen] - tokens.logits[token, other]
        let slope = slopes.map { ($0[chosen] - $0[other]).largestMagnitude } ?? input.largestMagnitude
        return distanceToZero(gap, slope: slope)
      }
    }
    return min(derivative?.radius ?? .infinity, distances.min() ?? .infinity)
  }

  /// The number of trainable numbers that the paper gives the router: N(d+1), 0 or m; N·m where each expert has an e.
  package var expectedTrainableCount: Int {
    switch router.origin {
    case .trained: tokens.experts * (tokens.width + 1)
    case .fixed: 0
    case .generated(_, let hypernetwork): hypernetwork.inputs
    case .generatedByRow(_, let hypernetwork): tokens.experts * hypernetwork.inputs
    }
  }

  /// That the number of trainable numbers is the paper's.
  package var trainableCount: ClaimResult {
    ClaimResult(
      .gradientFlow, "trainable routing parameters", found: [.init("counted", Double(router.trainableCount))],
      .exactly, bound: Double(expectedTrainableCount))
  }

  /// The disagreement of the three ways, each weight's relative to itself; where the gate is constant, that there is no
  /// gradient; nothing for a router that is fixed.
  package func results(_ setting: ClaimSetting, _ ways: ThreeWays<[Tensor<Double>]>) -> [ClaimResult] {
    let gradient: String
    switch router.origin {
    case .fixed: return []
    case .trained: gradient = "∂L/∂(W_r, b_r)"
    case .generated, .generatedByRow: gradient = "∂L/∂e"
    }
    if tokens.isSilent {
      return [
        ClaimResult(
          .gradientFlow, "largest entry of \(gradient) where the gate is constant", setting,
          found: ways.all.map { .init($0.way.rawValue, $0.found.map(\.largestMagnitude).worst()) }, .exactly, bound: 0)
      ]
    }
    let findings = ways.disagreements { way, a, b, errors in
      comparison.apart(way, a, b, cancelled: cancelled, errors: errors)
    }
    return [
      ClaimResult(
        .gradientFlow, "disagreement about \(gradient)", setting, found: findings, bound: Comparison.agreement)
    ]
  }
}

extension Trajectory {
  /// Claim 7, the other half: frozen weights are what they were, to the bit, and the optimiser keeps nothing for them.
  ///
  /// How many frozen numbers changed, and how many frozen weights were trained; each only if it was counted.
  package func frozenWeights() -> [ClaimResult] {
    let counts = [
      ("frozen numbers whose bits changed", changedFrozenNumbers),
      ("frozen weights with optimiser state", frozenWithMoments?.count),
    ]
    return counts.compactMap { quantity, count in
      count.map {
        ClaimResult(.gradientFlow, quantity, steps, found: [.init("counted", Double($0))], .exactly, bound: 0)
      }
    }
  }
}
