import Layers
import MixtureOfExperts
import Tensors

/// Claim 5 as a law: how far a generated router's first step goes along SMoE's, against m.
///
/// At first g = ∂L/∂(W_r | b_r) knows nothing of 𝓗. With P = N(d+1) numbers in g, and a the units of 𝓗's hidden layer that are
/// active, J = ∂(W_r | b_r)/∂e is a product of a P×a and an a×m matrix of independent numbers, and with ``GeneratedStep``
///
///     cos²  =  r / P,    r = (Σσ²)² / Σσ⁴  =  m / (1 + m/a + m/P)        so cos ≈ √(m / N(d+1)) for small m
///
/// What g does know of W_r = 𝓗(e) is the choice of experts: where the chosen ones are not half of all, their logits are larger than
/// others', and a W_r that is nearly a multiple of J's one column (m = 1) is found again in g.
public struct StepCosineCurve {
  /// One m.
  public struct Point {
    /// m.
    public let embeddingWidth: Int
    /// The root mean square of the cosines.
    public let cosine: Double
    /// √(m / N(d+1)).
    public let law: Double
    /// The same with what a and P take away: √(m / (1 + m/a + m/P) / P).
    public let lawOfProducts: Double
    /// How many cosines there are.
    public let draws: Int
  }

  /// One for each m.
  public let points: [Point]
  /// N(d+1).
  public let numbers: Int

  private static let networks = 64
  private static let gradients = 4
  private static let tokens = 16

  /// Draws mixtures with a HyperRouter and takes their gradients' cosines: 64 for each m, each with four batches of 16 tokens.
  ///
  /// - Parameters:
  ///   - embeddingWidths: The values of m.
  ///   - sizes: N, d and s.
  ///   - gate: The order of softmax and top-k.
  ///   - k: Experts for each token.
  ///   - workers: The threads to use; each m is one thread's.
  public init(
    embeddingWidths: [Int], sizes: (experts: Int, width: Int, hypernetwork: Int), gate: GateOrder, k: Int,
    workers: Workers
  ) {
    let numbers = sizes.experts * (sizes.width + 1)
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
              width: sizes.width, experts: sizes.experts, embeddingWidth: m, hypernetworkWidth: sizes.hypernetwork),
            initializer: initializer),
          gate: gate,
          experts: Experts(
            "experts", experts: sizes.experts, width: sizes.width, hidden: sizes.width, dropout: 0,
            initializer: initializer))
        var random = Random(seed: UInt64(network)).child(named: "tokens of the step's cosine")
        func normal() -> Tensor<Double> { .normal([Self.tokens, sizes.width], standardDeviation: 1, random: &random) }
        for _ in 0..<Self.gradients {
          let flow = GradientFlow(RoutedTokens(normal(), through: layer, k: k), upstream: normal())
          guard let step = GeneratedStep(flow) else { continue }
          let g = flow.generated.reshaped([numbers, 1])
          let cosine = step.J.matrixProduct(step.J.transposed(0, 1).matrixProduct(g)).cosineSimilarity(to: g)
          squares.append(cosine * cosine)
          active += Double(step.derivative.activeUnits.count { $0 })
        }
      }
      let count = Double(squares.count)
      let (width, P, a) = (Double(m), Double(numbers), max(1, active / count))
      return Point(
        embeddingWidth: m, cosine: (squares.reduce(0, +) / count).squareRoot(), law: min(1, (width / P).squareRoot()),
        lawOfProducts: (width / (1 + width / a + width / P) / P).squareRoot(), draws: squares.count)
    }
  }

  /// The curve as results.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: A measure for each m, beside the law.
  public func results(router name: String) -> [ClaimResult] {
    points.map { point in
      ClaimResult(
        5, name, "cosine of the first step with SMoE's against m, P = N(d+1) = \(numbers)",
        ClaimSetting().with(\.embeddingWidth, point.embeddingWidth).with(\.draws, point.draws), measured: point.cosine,
        of: [.init("root mean square", point.cosine)],
        levels: [.init("√(m/P)", point.law), .init("√(r/P)", point.lawOfProducts)])
    }
  }
}
