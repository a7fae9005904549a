import Autograd
import LinearAlgebra
import MixtureOfExperts
import Tensors

/// Claim 5, for a router that is generated: what a gradient step on e does to W_r and b_r, beside what SMoE would do there.
///
/// Let θ = vec(W_r | b_r), g = ∂L/∂θ, J = ∂θ/∂e. SMoE steps by −η g. A generated router steps by −η Jᵀg in e, and as θ is
/// affine in e inside one ReLU region of 𝓗,
///
///     θ(e − η Jᵀg) − θ(e)  =  −η J Jᵀ g                        exactly
///     ⟨−η J Jᵀ g, −η g⟩    =  η² |Jᵀ g|²  ≥  0                  J Jᵀ is positive semidefinite: never against SMoE's step
///     cos                  =  |Jᵀ g|² / (|J Jᵀ g| |g|)
///
/// For a g that knows nothing of J the expected square of the length is tr(J Jᵀ) = Σσ² in the numerator and
/// tr((J Jᵀ)²) = Σσ⁴ in the denominator, σ the singular values of J: cos ≈ √(r / N(d+1)), r = (Σσ²)² / Σσ⁴ ≤ m.
///
/// Equation [generated-step] in NOTES.md.
public struct GeneratedStep {
  private static let stepQuantity = "step of (W_r, b_r) against −η J Jᵀ times SMoE's gradient"

  let flow: GradientFlow
  let embedding: Parameter<Double>
  let derivative: Hypernetwork<Double>.Derivative

  /// Prepares the comparison; nil for a router whose W_r and b_r are not generated.
  ///
  /// - Parameter flow: The tokens and ∂L/∂y.
  public init?(_ flow: GradientFlow) {
    let origin = flow.tokens.router.origin
    guard let embedding = origin.embedding, let derivative = origin.derivative else { return nil }
    self.flow = flow
    self.embedding = embedding
    self.derivative = derivative
  }

  /// J, N(d+1) rows and as many columns as e has numbers.
  public var J: Tensor<Double> { derivative.jacobian }

  /// (W_r | b_r) as one column, as it is generated now.
  public func theta() -> Tensor<Double> {
    let (W_r, b_r) = flow.tokens.router.weights(on: .evaluating())
    let N = b_r.value.count
    return Tensor.concatenated([W_r.value, b_r.value.reshaped([N, 1])], axis: 1).reshaped([N * (W_r.shape[1] + 1), 1])
  }

  /// What a step on e does to (W_r | b_r); e is put back.
  ///
  /// - Parameters:
  ///   - gradient: ∂L/∂e.
  ///   - rate: η.
  /// - Returns: N(d+1)×1.
  public func step(along gradient: Tensor<Double>, rate: Double) -> Tensor<Double> {
    let (e, before) = (embedding.value, theta())
    defer { embedding.value = e }
    embedding.value.add(gradient, scaledBy: -rate)
    return theta() - before
  }

  /// The largest η that surely keeps e in its region: no unit's input moves by more than half its distance to 0.
  ///
  /// - Parameter gradient: ∂L/∂e.
  /// - Returns: 0 where there is no gradient.
  public func rate(for gradient: Tensor<Double>) -> Double {
    let length = gradient.scalars.reduce(0) { $0 + abs($1) }
    return length == 0 ? 0 : min(derivative.radius, 1) / (2 * length)
  }

  /// The cosine that an unrelated g would give: √(r / N(d+1)), r = (Σσ²)² / Σσ⁴.
  public var unrelatedCosine: Double {
    // Σσ² = tr(JᵀJ) and Σσ⁴ = tr((JᵀJ)²): no singular values are needed.
    let (sum, fourth) = (J.sumOfSquares(), J.transposed(0, 1).matrixProduct(J).sumOfSquares())
    return ratio(sum, (fourth * Double(J.shape[0])).squareRoot())
  }

  /// One way of finding SMoE's gradient and e's, and the steps that they make.
  private struct Way {
    let name: String
    /// −η g, N(d+1)×1.
    let smoe: Tensor<Double>
    /// The step of (W_r | b_r) that follows from the step on e.
    let generated: Tensor<Double>
    /// −η J Jᵀ g.
    let predicted: Tensor<Double>
    /// η² |∂L/∂e|².
    let square: Double
    /// The error of an entry of the two steps, by the way's own estimate.
    let error: Double
  }

  private func ways(_ own: GradientFlow.Ways, _ twin: GradientFlow.Ways) -> [Way] {
    let rate = rate(for: own.closedForm[0])
    let norm = J.norm
    return paired(own.named, twin.named).map { own, twin in
      let N = twin.gradients[1].count
      let g = Tensor.concatenated([twin.gradients[0], twin.gradients[1].reshaped([N, 1])], axis: 1)
        .reshaped([J.shape[0], 1])
      let JJg = J.matrixProduct(J.transposed(0, 1).matrixProduct(g))
      return Way(
        name: own.name, smoe: g.scaled(by: -rate), generated: step(along: own.gradients[0], rate: rate),
        predicted: JJg.scaled(by: -rate), square: rate * rate * own.gradients[0].sumOfSquares(),
        error: rate * norm
          * (own.errors.worst() * Double(J.shape[1]).squareRoot()
            + twin.errors.worst() * Double(J.shape[0]).squareRoot() * norm))
    }
  }

  /// The statements as results.
  ///
  /// - Parameters:
  ///   - name: What results call the router.
  ///   - setting: Where the tokens come from.
  ///   - own: The router's gradients.
  /// - Returns: That the step is −η J Jᵀ times SMoE's, that their product is η² |∂L/∂e|², and their cosine, which is never
  ///   negative, beside its levels; nothing where no gradient arrives.
  public func results(router name: String, setting: ClaimSetting, _ own: GradientFlow.Ways) -> [ClaimResult] {
    // One e, W_r and b_r, and every way found their gradients: else nothing can be compared, which is no pass.
    let nothing = ClaimResult(5, name, Self.stepQuantity, setting, found: [], bound: DecompositionClaims.agreement)
    guard own.named.allSatisfy({ $0.gradients.map(\.shape) == [embedding.value.shape] }) else { return [nothing] }
    guard own.closedForm[0].largestMagnitude > 0 else { return [] }
    let tokens = flow.tokens
    let twin = GradientFlow(
      RoutedTokens(tokens.h, through: tokens.smoeTwin, k: tokens.k), upstream: flow.upstream
    ).ways()
    guard twin.named.allSatisfy({ $0.gradients.map(\.count) == [tokens.W_r.count, tokens.b_r.count] }) else {
      return [nothing]
    }
    let ways = ways(own, twin)
    let numbers = Double(J.shape[0])
    // Each number of θ is a sum over 𝓗's units; its change is as uncertain as θ itself.
    let comparison = Comparison(bound: DecompositionClaims.agreement, terms: derivative.activeUnits.count + J.shape[1])
    let size = theta().largestMagnitude
    let apart = ways.map { way in
      comparison.apart(way.name, [way.generated], [way.predicted], cancelled: [size], errors: [way.error])
    }
    let products = ways.map { way in
      let product = way.generated.dot(way.smoe)
      return comparison.part(
        way.name, abs(product - way.square), of: way.square, cancelled: size * way.smoe.norm * numbers.squareRoot(),
        error: way.error * way.smoe.norm * numbers.squareRoot())
    }
    let cosines = ways.map { way in
      // A step of zero has no direction, and a cosine that says nothing.
      let hasDirection = way.generated.sumOfSquares() > 0 && way.smoe.sumOfSquares() > 0
      return ClaimResult.Finding(
        way.name, way.generated.cosineSimilarity(to: way.smoe), resolution: hasDirection ? 0 : .infinity)
    }
    return [
      ClaimResult(
        5, name, Self.stepQuantity, setting, found: apart,
        bound: DecompositionClaims.agreement),
      ClaimResult(
        5, name, "product with SMoE's step against η²|∂L/∂e|²", setting, found: products,
        bound: DecompositionClaims.agreement),
      ClaimResult(
        5, name, "cosine with SMoE's step, P = N(d+1)", setting, found: cosines, .atLeast, bound: 0,
        levels: [.init("√(r/P)", unrelatedCosine), .init("√(1/P)", 1 / numbers.squareRoot())]),
      ClaimResult(
        5, name, "√(r/P), r = (Σσ²)²/Σσ⁴ of J, against √(min(m, active units)/P)",
        found: [.init("closed form", unrelatedCosine)],
        bound: min(1, (Double(derivative.rankBound) / numbers).squareRoot()) * (1 + 1e-12)),
    ]
  }
}
