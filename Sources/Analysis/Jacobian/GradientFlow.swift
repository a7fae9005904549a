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
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - upstream: ∂L/∂y, n×d.
  public init(_ tokens: RoutedTokens, upstream: Tensor<Double>) {
    self.tokens = tokens
    self.upstream = upstream
  }

  private var router: any Router<Double> { tokens.layer.router }

  /// ∂L/∂(W_r | b_r) = Σ_t c(h_t) (h_t | 1)ᵀ, N×(d+1), b_r's part in the last column.
  public var generated: Tensor<Double> {
    let one = Tensor<Double>([tokens.count, 1], repeating: 1)
    return tokens.coefficients(upstream).transposed(0, 1)
      .matrixProduct(.concatenated([tokens.h, one], axis: 1))
  }

  /// The gradients of the router's trainable weights by formula, in the order of its parameters.
  public var closedForm: [Tensor<Double>] {
    let (N, d) = (tokens.experts, tokens.width)
    switch router {
    case let router as HyperRouter<Double>:
      let J = router.hypernetwork.derivative(at: router.embedding.value).jacobian  // N(d+1)×m
      return [generated.reshaped([1, N * (d + 1)]).matrixProduct(J).reshaped(router.embedding.value.shape)]
    case is SMoERouter<Double>:
      return [generated.sliced(1, 0..<d), generated.sliced(1, d..<d + 1).reshaped([N])]
    default:
      return []
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

  /// How large the entries of the router's gradient are before anything cancels in them: Σ_t Σ_i g_i |E_i| |u| max(|h|, 1),
  /// for e times the largest column of ∂vec(W_r, b_r)/∂e.
  var size: Double {
    let entries = zip(tokens.coefficientSizes(upstream), 0..<tokens.count).map { size, token in
      size * max(1, tokens.h.sliced(0, token..<token + 1).largestMagnitude)
    }
    let sum = entries.reduce(0, +)
    guard let router = router as? HyperRouter<Double> else { return sum }
    let J = router.hypernetwork.derivative(at: router.embedding.value).jacobian
    return sum * (J * J).sum(axis: 0).largestMagnitude.squareRoot()
  }

  /// How far any one trainable number of the router can move before a selection, or a ReLU of 𝓗, switches.
  var radius: Double {
    let one = Tensor<Double>([tokens.count, 1], repeating: 1)
    let inputs = Tensor.concatenated([tokens.h, one], axis: 1)  // (h | 1), n×(d+1)
    let hyper = router as? HyperRouter<Double>
    let derivative = hyper.map { $0.hypernetwork.derivative(at: $0.embedding.value) }
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

  /// ∂(w_j·h + b_j)/∂e for every expert j, each 1×m.
  private func slope(of input: Tensor<Double>, _ jacobian: Tensor<Double>) -> [Tensor<Double>] {
    let block = tokens.width + 1
    return (0..<tokens.experts).map { input.matrixProduct(jacobian.sliced(0, $0 * block..<($0 + 1) * block)) }
  }
}

extension GradientFlow {
  /// The number of trainable numbers that the paper gives the router: N(d+1), 0 or m.
  public var expectedTrainableCount: Int {
    switch router {
    case let router as HyperRouter<Double>: router.hypernetwork.inputs
    case is SMoEDropoutRouter<Double>: 0
    default: tokens.experts * (tokens.width + 1)
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
    /// The largest error of an entry of the differences, by their own estimate.
    public let error: Double
  }

  /// Finds the gradients three ways.
  ///
  /// - Returns: As many gradients each way as the router has trainable weights.
  public func ways() -> Ways {
    let (differences, errors) = differences()
    return Ways(
      closedForm: closedForm, autodiff: autodiff, differences: differences,
      error: errors.map(\.largestMagnitude).worst())
  }

  /// Claim 7, the gradient three ways; where the gate is constant, that there is none.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the tokens come from.
  ///   - ways: The gradients.
  /// - Returns: The disagreement of the three ways; nothing for a router without a gradient.
  public func results(router name: String, setting: String, _ ways: Ways) -> [ClaimResult] {
    guard !router.parameters.isEmpty else { return [] }
    let gradient = router is HyperRouter<Double> ? "∂L/∂e" : "∂L/∂(W_r, b_r)"
    if tokens.isSilent {
      let named = [("closed form", ways.closedForm), ("autodiff", ways.autodiff), ("differences", ways.differences)]
      return [
        ClaimResult(
          7, name, "largest entry of \(gradient) where the gate is constant", setting,
          found: named.map { .init($0, $1.map(\.largestMagnitude).worst()) }, .exactly, bound: 0)
      ]
    }
    let size = size
    func apart(_ a: [Tensor<Double>], _ b: [Tensor<Double>]) -> Double {
      ratio(zip(a, b).map { ($0 - $1).largestMagnitude }.worst(), size)
    }
    let resolution = ratio(ways.error, size)
    let findings: [ClaimResult.Finding] = [
      .init("closed to autodiff", apart(ways.closedForm, ways.autodiff)),
      .init("closed to differences", apart(ways.closedForm, ways.differences), resolution: resolution),
      .init("autodiff to differences", apart(ways.autodiff, ways.differences), resolution: resolution),
    ]
    return [
      ClaimResult(
        7, name, "disagreement about \(gradient)", setting, found: findings, bound: DecompositionClaims.agreement)
    ]
  }
}
