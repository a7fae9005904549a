import Autograd
import Layers
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
package struct GeneratedStep {
  let flow: GradientFlow
  let embedding: Parameter<Double>
  let derivative: Hypernetwork<Double>.Derivative

  /// nil for a router whose W_r and b_r are not generated.
  package init?(_ flow: GradientFlow) {
    let origin = flow.tokens.router.origin
    guard let embedding = origin.embedding, let derivative = origin.derivative else { return nil }
    self.flow = flow
    self.embedding = embedding
    self.derivative = derivative
  }

  /// J, N(d+1) rows and as many columns as e has numbers.
  package var J: Tensor<Double> { derivative.jacobian }

  /// J Jᵀ g, for g of any shape with N(d+1) numbers: N(d+1)×1.
  func JJ(_ g: Tensor<Double>) -> Tensor<Double> {
    J.matrixProduct(J.transposed(0, 1).matrixProduct(g.reshaped([g.count, 1])))
  }

  /// (W_r | b_r) as one column, as it is generated now.
  private func theta() -> Tensor<Double> {
    let (W_r, b_r) = flow.tokens.router.weights(on: .evaluating())
    return Self.theta([W_r.value, b_r.value])
  }

  /// W_r, N×d, and b_r, N, or what belongs to them, as one column.
  private static func theta(_ parts: [Tensor<Double>]) -> Tensor<Double> {
    let (W_r, b_r) = (parts[0], parts[1])
    return Tensor.concatenated([W_r, b_r.reshaped([b_r.count, 1])], axis: 1).reshaped([W_r.count + b_r.count, 1])
  }

  /// What a step of rate η along ∂L/∂e does to (W_r | b_r), N(d+1)×1; e is put back.
  package func step(along gradient: Tensor<Double>, rate: Double) -> Tensor<Double> {
    let (e, before) = (embedding.value, theta())
    defer { embedding.value = e }
    embedding.value.add(gradient, scaledBy: -rate)
    return theta() - before
  }

  /// The largest η that surely keeps e in its region: no unit's input moves by more than half its distance to 0; 0 where
  /// ∂L/∂e is 0.
  package func rate(for gradient: Tensor<Double>) -> Double {
    let length = gradient.scalars.reduce(0) { $0 + abs($1) }
    return length == 0 ? 0 : min(derivative.radius, 1) / (2 * length)
  }

  /// The cosine that an unrelated g would give: √(r / N(d+1)), r = (Σσ²)² / Σσ⁴.
  package var unrelatedCosine: Double {
    // Σσ² = tr(JᵀJ) and Σσ⁴ = tr((JᵀJ)²): no singular values are needed.
    let (sum, fourth) = (J.sumOfSquares(), J.transposed(0, 1).matrixProduct(J).sumOfSquares())
    return sum == 0 ? 0 : sum / (fourth * Double(J.shape[0])).squareRoot()
  }

  /// That the step is −η J Jᵀ times SMoE's gradient, that their product is η² |∂L/∂e|², and their cosine, which is never
  /// negative, beside its levels; nothing where the router's own gradient is 0.
  package func results(_ setting: ClaimSetting, _ own: ThreeWays<[Tensor<Double>]>) -> [ClaimResult] {
    func step(_ found: [ClaimResult.Finding]) -> ClaimResult {
      ClaimResult(
        .entanglement, "step of (W_r, b_r) against −η J Jᵀ times SMoE's gradient", setting, found: found,
        bound: Comparison.agreement)
    }
    // One e, W_r and b_r, and every way found their gradients: else nothing can be compared, which is no pass.
    guard own.all.allSatisfy({ $0.found.map(\.shape) == [embedding.value.shape] }) else { return [step([])] }
    guard own.closedForm[0].largestMagnitude > 0 else { return [] }
    let tokens = flow.tokens
    let twin = GradientFlow(RoutedTokens(tokens.h, through: tokens.smoeTwin, k: tokens.k), upstream: flow.upstream)
      .ways()
    guard twin.all.allSatisfy({ $0.found.map(\.count) == [tokens.W_r.count, tokens.b_r.count] }) else {
      return [step([])]
    }
    let (numbers, root) = (Double(J.shape[0]), Double(J.shape[0]).squareRoot())
    let (rate, norm, size) = (rate(for: own.closedForm[0]), J.norm, theta().largestMagnitude)
    // Each number of θ is a sum over 𝓗's units; its change is as uncertain as θ itself.
    let comparison = Comparison(terms: derivative.activeUnits.count + J.shape[1])
    var (apart, products, cosines): ([ClaimResult.Finding], [ClaimResult.Finding], [ClaimResult.Finding]) = ([], [], [])
    for (own, twin) in paired(own.all, twin.all) {
      let (way, gradient, g) = (own.way.rawValue, own.found[0], Self.theta(twin.found))
      let (smoe, predicted) = (g.scaled(by: -rate), JJ(g).scaled(by: -rate))
      let generated = self.step(along: gradient, rate: rate)
      // Of an entry of the two steps, by the way's own estimate.
      let error =
        rate * norm
        * (own.errors.worst() * Double(J.shape[1]).squareRoot() + twin.errors.worst() * root * norm)
      apart.append(comparison.apart(way, [generated], [predicted], cancelled: [size], errors: [error]))
      let (product, square) = (generated.dot(smoe), rate * rate * gradient.sumOfSquares())
      products.append(
        comparison.part(
          way, abs(product - square), of: square, cancelled: size * smoe.norm * root,
          error: error * smoe.norm * root))
      // A step of zero has no direction, and a cosine that says nothing.
      let hasDirection = generated.sumOfSquares() > 0 && smoe.sumOfSquares() > 0
      cosines.append(
        .init(way, generated.cosineSimilarity(to: smoe), resolution: hasDirection ? 0 : .infinity))
    }
    return [
      step(apart),
      ClaimResult(
        .entanglement, "product with SMoE's step against η²|∂L/∂e|²", setting, found: products,
        bound: Comparison.agreement),
      ClaimResult(
        .entanglement, "cosine with SMoE's step, P = N(d+1)", setting, found: cosines, .atLeast, bound: 0,
        levels: [.init("√(r/P)", unrelatedCosine), .init("√(1/P)", 1 / root)]),
      ClaimResult(
        .entanglement, "√(r/P), r = (Σσ²)²/Σσ⁴ of J, against √(min(m, active units)/P)",
        found: [.init(Way.closedForm.rawValue, unrelatedCosine)],
        bound: min(1, (Double(derivative.rankBound) / numbers).squareRoot()) * (1 + 1e-12)),
    ]
  }
}

/// Claim 5 as a law: how far a generated router's first step goes along SMoE's, against m.
///
/// At first g = ∂L/∂(W_r | b_r) knows nothing of 𝓗. With P = N(d+1) numbers in g, and a the units of 𝓗's hidden layer that are
/// active, J = ∂(W_r | b_r)/∂e is a product of a P×a and an a×m matrix of independent numbers, and with ``GeneratedStep``
///
///     cos²  =  r / P,    r = (Σσ²)² / Σσ⁴  =  m / (1 + m/a + m/P)        so cos ≈ √(m / N(d+1)) for small m
///
/// What g does know of W_r = 𝓗(e) is the choice of experts: where the chosen ones are not half of all, their logits are larger than
/// others', and a W_r that is nearly a multiple of J's one column (m = 1) is found again in g.
package struct StepCosineCurve {
  package struct Point {
    package let embeddingWidth: Int  // m
    package let cosine: Double  // The root mean square of the cosines
    package let law: Double  // √(m / N(d+1))
    package let lawOfProducts: Double  // The same with what a and P take away: √(m / (1 + m/a + m/P) / P)
    package let draws: Int  // How many cosines there are
  }

  package let points: [Point]  // One for each m
  package let numbers: Int  // N(d+1)

  private static let (networks, gradients, tokens) = (64, 4, 16)

  /// Draws mixtures with a HyperRouter of N, d and s, and takes their gradients' cosines: 64 for each m, each with four
  /// batches of 16 tokens; each m is one thread's.
  package init(embeddingWidths: [Int], sizes: CurveSizes, gate: GateOrder, k: Int, workers: Workers) {
    let numbers = sizes.experts * (sizes.modelWidth + 1)
    self.numbers = numbers
    points = workers.map(embeddingWidths.count) { index in
      let m = embeddingWidths[index]
      var (squares, active) = ([Double](), 0.0)
      for network in 0..<Self.networks {
        let initializer = Initializer<Double>(seed: UInt64(network))
        let layer = MoELayer<Double>(
          router: HyperRouter(
            "router",
            RouterSizes(
              width: sizes.modelWidth, experts: sizes.experts, embeddingWidth: m,
              hypernetworkWidth: sizes.hypernetworkWidth),
            initializer: initializer),
          gate: gate,
          experts: Experts(
            "experts", experts: sizes.experts, width: sizes.modelWidth, hidden: sizes.modelWidth, dropout: 0,
            initializer: initializer))
        var random = Random(seed: UInt64(network)).child(named: "tokens of the step's cosine")
        func normal() -> Tensor<Double> {
          .normal([Self.tokens, sizes.modelWidth], standardDeviation: 1, random: &random)
        }
        for _ in 0..<Self.gradients {
          let flow = GradientFlow(RoutedTokens(normal(), through: layer, k: k), upstream: normal())
          guard let step = GeneratedStep(flow) else { continue }
          let g = flow.generated.reshaped([numbers, 1])
          let cosine = step.JJ(g).cosineSimilarity(to: g)
          squares.append(cosine * cosine)
          active += Double(step.derivative.activeUnits.count { $0 })
        }
      }
      let (width, P, a) = (Double(m), Double(numbers), max(1, active / Double(squares.count)))
      return Point(
        embeddingWidth: m, cosine: squares.mean.squareRoot(), law: min(1, (width / P).squareRoot()),
        lawOfProducts: (width / (1 + width / a + width / P) / P).squareRoot(), draws: squares.count)
    }
  }

  /// A measure for each m, beside the law.
  package var results: [ClaimResult] {
    points.map { point in
      ClaimResult(
        .entanglement, "cosine of the first step with SMoE's against m, P = N(d+1) = \(numbers)",
        ClaimSetting().with(\.embeddingWidth, point.embeddingWidth).with(\.draws, point.draws),
        found: [.init("root mean square", point.cosine)], measured: point.cosine,
        levels: [.init("√(m/P)", point.law), .init("√(r/P)", point.lawOfProducts)])
    }
  }
}
