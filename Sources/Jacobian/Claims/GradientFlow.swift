import Autograd
import MixtureOfExperts
import Tensors

/// Claim 7, and the identity of claim 5: what a loss L = Σ_t ⟨u_t, y_t⟩ tells the trainable weights of a router.
///
///     ∂L/∂W_r = Σ_t c(h_t) h_tᵀ,   ∂L/∂b_r = Σ_t c(h_t)
///     ∂L/∂e   = (∂vec(W_r, b_r)/∂e)ᵀ vec(∂L/∂W_r, ∂L/∂b_r)        HyperRouter: all that is trained
///
/// Equation [gradient-flow] in NOTES.md.
public struct GradientFlow {
  /// The tokens.
  public let tokens: RoutedTokens
  /// u = ∂L/∂y, n×d.
  public let upstream: Tensor<Double>

  /// Prepares the comparison.
  ///
  /// - Parameter upstream: ∂L/∂y, n×d.
  public init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    self.tokens = tokens
    self.upstream = upstream
  }

  private var router: any LinearRouter<Double> { tokens.router }

  /// ∂L/∂(W_r | b_r) = Σ_t c(h_t) (h_t | 1)ᵀ, N×(d+1), b_r's part in the last column.
  public var generated: Tensor<Double> {
    let one = Tensor<Double>([tokens.count, 1], repeating: 1)
    return tokens.coefficients(upstream).transposed(0, 1)
      .matrixProduct(.concatenated([tokens.h, one], axis: 1))
  }

  /// The gradients of the router's trainable weights by formula, in the order of its parameters.
  public var closedForm: [Tensor<Double>] {
    let (N, d) = (tokens.experts, tokens.width)
    switch router.origin {
    case .trained: return [generated.sliced(1, 0..<d), generated.sliced(1, d..<d + 1).reshaped([N])]
    case .fixed: return []
    case .generated(let e, let hypernetwork):
      let J = hypernetwork.derivative(at: e.value).jacobian  // N(d+1)×m
      return [generated.reshaped([1, N * (d + 1)]).matrixProduct(J).reshaped(e.value.shape)]
    case .generatedByRow(let e, let hypernetwork):
      let rows = (0..<N).map { expert in
        let J = hypernetwork.derivative(at: e.value.sliced(0, expert..<expert + 1)).jacobian  // (d+1)×m
        return generated.sliced(0, expert..<expert + 1).matrixProduct(J)
      }
      return [.concatenated(rows, axis: 0)]
    }
  }

  /// The same by the tape of the layer itself.
  public var autodiff: [Tensor<Double>] {
    let recorded = JacobianTape<Double>()
    let y = tokens.layer(recorded.tape.constant(tokens.h), k: tokens.k, random: nil).output
    return recorded.vectorJacobianProduct(
      of: y, upstream: upstream, withRespectTo: router.parameters.map { recorded.tape($0) })
  }

  /// The same by central differences of L, one weight moved at a time, with estimates of the entries' errors.
  public func differences() -> (gradients: [Tensor<Double>], errors: [Tensor<Double>]) {
    let step = min(0x1p-6, radius / 2)
    let h = Tape<Double>.evaluating().constant(tokens.h)
    let estimates = router.parameters.map { parameter in
      let value = parameter.value
      defer { parameter.value = value }
      let (gradient, error) = CentralDifferences.estimate(at: value, step: step) { moved in
        parameter.value = moved
        return Tensor(tokens.layer(h, k: tokens.k, random: nil).output.value.dot(upstream))
      }
      return (gradient: gradient.reshaped(value.shape), error: error)
    }
    return (estimates.map(\.gradient), estimates.map(\.error))
  }

  /// What cancels in an entry of each of the router's gradients: Σ_t Σ_i g_i |E_i| |u| max(|h|, 1), for e times the largest
  /// column of ∂vec(W_r, b_r)/∂e.
  private var cancelled: [Double] {
    let entries = paired(tokens.coefficientSizes(upstream), Array(0..<tokens.count)).map { size, token in
      size * max(1, tokens.h.sliced(0, token..<token + 1).largestMagnitude)
    }
    let sum = entries.reduce(0, +)
    return router.parameters.map { _ in
      router.origin.derivative.map { sum * ($0.jacobian * $0.jacobian).sum(axis: 0).largestMagnitude.squareRoot() }
        ?? sum
    }
  }

  /// An entry of a gradient is a sum over tokens, chosen experts and their competitors; for e over what 𝓗 generates too.
  private var comparison: Comparison {
    let own = tokens.count * tokens.k * tokens.experts + tokens.width
    let generated = router.origin.derivative.map { $0.jacobian.shape[0] } ?? 0
    return Comparison(bound: DecompositionClaims.agreement, terms: own + generated)
  }

  /// How far any one trainable number of the router can move before a selection, or a ReLU of 𝓗, switches.
  var radius: Double {
    let one = Tensor<Double>([tokens.count, 1], repeating: 1)
    let inputs = Tensor.concatenated([tokens.h, one], axis: 1)  // (h | 1), n×(d+1)
    let derivative = router.origin.derivative
    let distances = (0..<tokens.count).flatMap { token in
      let input = inputs.sliced(0, token..<token + 1)
      let slopes = derivative.map { slope(of: input, $0.jacobian) }
      return tokens.pairs(token).map { chosen, other in
        let gap = tokens.logits[token, chosen] - tokens.logits[token, other]
        let slope = slopes.map { ($0[chosen] - $0[other]).largestMagnitude } ?? input.largestMagnitude
        return distanceToZero(gap, slope: slope)
      }
    }
    return min(derivative?.radius ?? .infinity, distances.min() ?? .infinity)
  }

  /// ∂(w_j·h + b_j)/∂e for every expert j, one row each.
  private func slope(of input: Tensor<Double>, _ jacobian: Tensor<Double>) -> [Tensor<Double>] {
    let block = tokens.width + 1
    return (0..<tokens.experts).map { input.matrixProduct(jacobian.sliced(0, $0 * block..<($0 + 1) * block)) }
  }
}

extension GradientFlow {
  /// The number of trainable numbers that the paper gives the router: N(d+1), 0 or m; N·m where each expert has an e.
  public var expectedTrainableCount: Int {
    switch router.origin {
    case .trained: tokens.experts * (tokens.width + 1)
    case .fixed: 0
    case .generated(_, let hypernetwork): hypernetwork.inputs
    case .generatedByRow(_, let hypernetwork): tokens.experts * hypernetwork.inputs
    }
  }

  /// Claim 7, the number of trainable numbers.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The number counted, which must be the paper's.
  public func trainableCount(router name: String) -> ClaimResult {
    ClaimResult(
      7, name, "trainable routing parameters", found: [.init("counted", Double(router.trainableCount))],
      .exactly, bound: Double(expectedTrainableCount))
  }

  /// The gradients of the router's trainable weights, three ways.
  public struct Ways {
    /// By formula.
    public let closedForm: [Tensor<Double>]
    /// By the tape.
    public let autodiff: [Tensor<Double>]
    /// By central differences.
    public let differences: [Tensor<Double>]
    /// For each weight the largest error of an entry of the differences, by their own estimate.
    public let errors: [Double]

    /// The ways by name, with the errors of their entries.
    var named: [(name: String, gradients: [Tensor<Double>], errors: [Double])] {
      let exact = errors.map { _ in 0.0 }
      return [
        ("closed form", closedForm, exact), ("autodiff", autodiff, exact), ("differences", differences, errors),
      ]
    }
  }

  /// Finds the gradients three ways.
  ///
  /// - Returns: As many gradients each way as the router has trainable weights.
  public func ways() -> Ways {
    let (differences, errors) = differences()
    return Ways(
      closedForm: closedForm, autodiff: autodiff, differences: differences, errors: errors.map(\.largestMagnitude))
  }

  /// Claim 7, the gradient three ways; where the gate is constant, that there is none.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the tokens come from.
  ///   - ways: The gradients.
  /// - Returns: The disagreement of the three ways, each weight's relative to itself; nothing for a router that is fixed.
  public func results(router name: String, setting: ClaimSetting, _ ways: Ways) -> [ClaimResult] {
    let gradient: String
    switch router.origin {
    case .fixed: return []
    case .trained: gradient = "∂L/∂(W_r, b_r)"
    case .generated, .generatedByRow: gradient = "∂L/∂e"
    }
    if tokens.isSilent {
      return [
        ClaimResult(
          7, name, "largest entry of \(gradient) where the gate is constant", setting,
          found: ways.named.map { .init($0.name, $0.gradients.map(\.largestMagnitude).worst()) }, .exactly, bound: 0)
      ]
    }
    let all = ways.named
    let pairs = [(0, 1, "closed to autodiff"), (0, 2, "closed to differences"), (1, 2, "autodiff to differences")]
    let findings = pairs.map { a, b, name in
      comparison.apart(
        name, all[a].gradients, all[b].gradients, cancelled: cancelled,
        errors: paired(all[a].errors, all[b].errors).map { $0 + $1 })
    }
    return [
      ClaimResult(
        7, name, "disagreement about \(gradient)", setting, found: findings, bound: DecompositionClaims.agreement)
    ]
  }
}
