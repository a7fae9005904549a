import MixtureOfExperts
import Tensors

/// What one mixture looked like at one step of a training: values that later steps do not change.
public struct LayerSnapshot {
  /// W_r, N×d.
  public let W_r: Tensor<Double>
  /// Routing terms J₂ᵀu of the probe's tokens with the model's own u = ∂L/∂y, n×d.
  public let routingTerms: Tensor<Double>
  /// What cancels in them: the Euclidean norm of Σ_i g_i |E_i| |u| · max_j |w_j| over tokens.
  public let routingTermSize: Double
  /// The same terms with the k at which routers are compared, n×d.
  public let comparedTerms: Tensor<Double>
  /// For each expert the mean of the tokens whose first choice it is, less the mean of all tokens; nil without tokens.
  public let centredTokenMeans: [Tensor<Double>?]
  /// The ReLU region of 𝓗 that e lies in; nil for routers without 𝓗.
  public let region: [Bool]?
  /// The mean cosine of the outputs of two experts for the same token, over all pairs and tokens.
  public let expertSimilarity: Double
  /// The effective rank of the layer's outputs over the probe's tokens.
  public let outputEffectiveRank: Double

  /// Looks at a mixture.
  ///
  /// - Parameters:
  ///   - inTraining: The mixture's view of the probe with the k of the training, for routing terms.
  ///   - compared: Its view with the k at which routers are compared, for all that is compared.
  public init(inTraining: Probe.Layer, compared: Probe.Layer) {
    W_r = inTraining.tokens.W_r
    routingTerms = inTraining.tokens.routingTerms(inTraining.upstream)
    routingTermSize = inTraining.tokens.termSizes(inTraining.upstream).reduce(0) { $0 + $1 * $1 }.squareRoot()
    comparedTerms = compared.tokens.routingTerms(compared.upstream)
    centredTokenMeans = Self.tokenMeans(compared.tokens)
    let hyper = inTraining.tokens.layer.router as? HyperRouter<Double>
    region = hyper.map { $0.hypernetwork.derivative(at: $0.embedding.value).activeUnits }
    expertSimilarity = meanExpertSimilarity(compared.tokens.E)
    outputEffectiveRank = SingularValues(of: compared.output).effectiveRank
  }

  /// The singular values of the routing terms up to which they are rounding: max(n, d) · 2⁻⁵² of what cancels in them.
  public var termCutoff: Double {
    Double(max(routingTerms.shape[0], routingTerms.shape[1])) * .ulpOfOne * routingTermSize
  }

  /// The rows' differences w_j − w_1, (N−1)×d: they span all that a routing term can be.
  public var rowDifferences: Tensor<Double> {
    W_r.sliced(0, 1..<W_r.shape[0]) - W_r.sliced(0, 0..<1)
  }

  /// The mean over experts of cos(w_j − w̄, μ_j − μ): how far rows point at the tokens that choose them first.
  public var alignment: Double { meanCosine(W_r - W_r.mean(axis: 0).reshaped([1, W_r.shape[1]])) ?? 0 }

  /// The mean over experts of cos(w_j − w_j(0), μ_j − μ): whether rows moved towards their tokens.
  ///
  /// - Parameter start: The same mixture at step 0.
  /// - Returns: From −1 to 1; nil for rows that did not move.
  public func drift(since start: LayerSnapshot) -> Double? { W_r == start.W_r ? nil : meanCosine(W_r - start.W_r) }

  /// |W_r − W_r(0)| / |W_r(0)|.
  ///
  /// - Parameter start: The same mixture at step 0.
  /// - Returns: 0 for rows that did not move.
  public func displacement(since start: LayerSnapshot) -> Double {
    ((W_r - start.W_r).sumOfSquares() / start.W_r.sumOfSquares()).squareRoot()
  }

  /// The mean cosine of rows with the centred means of their tokens; nil if no expert has tokens of its own.
  private func meanCosine(_ rows: Tensor<Double>) -> Double? {
    let cosines = centredTokenMeans.enumerated().compactMap { expert, mean in
      mean.map { rows.sliced(0, expert..<expert + 1).cosineSimilarity(to: $0) }
    }
    return cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count)
  }

  /// Means of the tokens by first choice: with larger k, all experts would share more and more tokens.
  private static func tokenMeans(_ tokens: RoutedTokens) -> [Tensor<Double>?] {
    let mean = tokens.h.mean(axis: 0).reshaped([1, tokens.width])
    return (0..<tokens.experts).map { expert in
      let own = (0..<tokens.count).filter { tokens.selections[$0][0] == expert }
      guard !own.isEmpty && own.count < tokens.count else { return nil }
      return tokens.h.gatheringRows(own.map { Int32($0) }).mean(axis: 0).reshaped([1, tokens.width]) - mean
    }
  }
}

/// Returns the mean cosine of E_i(h) and E_j(h), over all pairs i < j and all tokens h: 1 for experts all alike.
///
/// Source: the representation collapse of Chi and others, 2022.
///
/// - Parameter E: The outputs of all experts for all tokens, N×n×d.
/// - Returns: From −1 to 1; 1 if there is one expert only.
public func meanExpertSimilarity(_ E: Tensor<Double>) -> Double {
  let (experts, tokens) = (E.shape[0], E.shape[1])
  guard experts > 1 else { return 1 }
  let norms = (E * E).sum(axis: 2).squareRoot().reshaped([experts, tokens, 1])
  // A silent expert is like no other: its direction is left at zero.
  let isSilent = norms.scalars.map { $0 == 0 ? 1.0 : 0 }
  let directions = E / (norms + Tensor([experts, tokens, 1], isSilent))
  // |Σ_i e_i|² = Σ_i |e_i|² + 2 Σ_{i<j} ⟨e_i, e_j⟩
  let sum = directions.sum(axis: 0)
  let pairs = (sum.sumOfSquares() - directions.sumOfSquares()) / 2
  return pairs / Double(tokens * experts * (experts - 1) / 2)
}
