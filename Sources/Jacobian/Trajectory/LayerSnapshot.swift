import LinearAlgebra
import MixtureOfExperts
import Tensors

/// What one mixture looked like at one step of a training: values that later steps do not change.
public struct LayerSnapshot {
  /// W_r, N×d.
  public let W_r: Tensor<Double>
  /// b_r, N.
  public let b_r: Tensor<Double>
  /// Routing terms J₂ᵀu of the probe's tokens with the model's own u = ∂L/∂y by formula, n×d.
  public let routingTerms: Tensor<Double>
  /// The same by the tape, n×d.
  public let routingTermsByAutodiff: Tensor<Double>
  /// What cancels in them: the Euclidean norm of Σ_i g_i |E_i| |u| · max_j |w_j| over tokens.
  public let routingTermSize: Double
  /// The same terms with the k at which routers are compared, n×d.
  public let comparedTerms: Tensor<Double>
  /// The probe's tokens at the k at which routers are compared, n×d.
  public let tokens: Tensor<Double>
  /// The tokens by the expert that they choose first.
  public let groups: TokenGroups
  /// The state of 𝓗; nil for routers without 𝓗.
  public let generation: Generation?
  /// The mean cosine of the outputs of two experts for the same token, over all pairs and tokens.
  public let expertSimilarity: Double
  /// The same for outputs of different tokens: what experts have in common whatever they see.
  public let unpairedExpertSimilarity: Double
  /// The effective rank of the layer's outputs over the probe's tokens.
  public let outputEffectiveRank: Double

  /// What W_r's dependence on e was like.
  public struct Generation: Sendable {
    /// The ReLU region of 𝓗 that e lies in.
    public let region: [Bool]
    /// Whether a bias of a hidden layer of 𝓗 is not zero.
    public let hasHiddenBias: Bool
    /// Whether a bias of 𝓗's output is not zero.
    public let hasOutputBias: Bool
  }

  /// Looks at a mixture.
  ///
  /// - Parameters:
  ///   - inTraining: The mixture's view of the probe with the k of the training, for routing terms.
  ///   - compared: Its view with the k at which routers are compared, for all that is compared.
  public init(inTraining: Probe.Layer, compared: Probe.Layer) {
    W_r = inTraining.tokens.W_r
    b_r = inTraining.tokens.b_r
    routingTerms = inTraining.tokens.routingTerms(inTraining.upstream)
    routingTermsByAutodiff = inTraining.tokens.routingTermsByAutodiff(inTraining.upstream)
    routingTermSize = inTraining.tokens.termSizes(inTraining.upstream).reduce(0) { $0 + $1 * $1 }.squareRoot()
    comparedTerms = compared.tokens.routingTerms(compared.upstream)
    tokens = compared.tokens.h
    groups = TokenGroups(
      compared.tokens.h, firstChoices: compared.tokens.selections.map { $0[0] }, experts: W_r.shape[0])
    generation = Self.generation(inTraining.tokens.router)
    expertSimilarity = meanExpertSimilarity(compared.tokens.E)
    unpairedExpertSimilarity = meanUnpairedExpertSimilarity(compared.tokens.E)
    outputEffectiveRank = SingularValues(of: compared.output).effectiveRank
  }

  private static func generation(_ router: any LinearRouter<Double>) -> Generation? {
    func isAnyNonzero(_ biases: [Tensor<Double>]) -> Bool { biases.contains { $0.largestMagnitude != 0 } }
    guard let derivative = router.origin.derivative, let hypernetwork = router.origin.hypernetwork else { return nil }
    return Generation(
      region: derivative.activeUnits, hasHiddenBias: isAnyNonzero(hypernetwork.hidden.map(\.a.value)),
      hasOutputBias: isAnyNonzero([hypernetwork.output.a.value]))
  }

  /// The singular values of the routing terms up to which they are rounding: max(n, d) · 2⁻⁵² of what cancels in them.
  public var termCutoff: Double {
    Double(max(routingTerms.shape[0], routingTerms.shape[1])) * .ulpOfOne * routingTermSize
  }

  /// The rows' differences w_j − w_1, (N−1)×d: they span all that a routing term can be.
  public var rowDifferences: Tensor<Double> {
    W_r.sliced(0, 1..<W_r.shape[0]) - W_r.sliced(0, 0..<1)
  }

  /// w_j − w̄, N×d.
  var centredRows: Tensor<Double> { W_r - W_r.mean(axis: 0).reshaped([1, W_r.shape[1]]) }

  /// The mean over experts of cos(w_j − w̄, μ_j − μ): how far rows point at the tokens that choose them first.
  ///
  /// - Returns: From −1 to 1; nil if no expert has tokens of its own.
  public var alignment: Double? { groups.meanCosine(centredRows) }

  /// The mean over experts of cos(w_j − w_j(0), μ_j − μ): whether rows moved towards their tokens.
  ///
  /// - Parameter start: The same mixture at step 0.
  /// - Returns: From −1 to 1; nil for rows that did not move, and if no expert has tokens of its own.
  public func drift(since start: LayerSnapshot) -> Double? {
    W_r == start.W_r ? nil : groups.meanCosine(W_r - start.W_r)
  }

  /// |W_r − W_r(0)| / |W_r(0)|.
  ///
  /// - Parameter start: The same mixture at step 0.
  /// - Returns: 0 for rows that did not move.
  public func displacement(since start: LayerSnapshot) -> Double {
    ((W_r - start.W_r).sumOfSquares() / start.W_r.sumOfSquares()).squareRoot()
  }
}
