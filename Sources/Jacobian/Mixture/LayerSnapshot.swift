import LinearAlgebra
import MixtureOfExperts
import Tensors

/// What one mixture looked like at one step of a training: values that later steps do not change.
package struct LayerSnapshot {
  package let W_r: Tensor<Double>  // W_r, N×d
  package let b_r: Tensor<Double>  // b_r, N
  /// Routing terms J₂ᵀu of the probe's tokens with the model's own u = ∂L/∂y by formula, n×d.
  package let routingTerms: Tensor<Double>
  package let routingTermsByAutodiff: Tensor<Double>  // The same by the tape, n×d
  /// What cancels in them: the Euclidean norm of Σ_i g_i |E_i| |u| · max_j |w_j| over tokens.
  package let routingTermSize: Double
  package let comparedTerms: Tensor<Double>  // The same terms with the k at which routers are compared, n×d
  package let tokens: Tensor<Double>  // The probe's tokens at the k at which routers are compared, n×d
  package let groups: TokenGroups  // The tokens by the expert that they choose first
  package let generation: Generation?  // The state of 𝓗; nil for routers without 𝓗
  /// The mean cosine of the outputs of two experts for the same token, over all pairs and tokens.
  package let expertSimilarity: Double
  /// The same for outputs of different tokens: what experts have in common whatever they see.
  package let unpairedExpertSimilarity: Double
  package let outputEffectiveRank: Double  // The effective rank of the layer's outputs over the probe's tokens

  /// What W_r's dependence on e was like.
  package struct Generation: Sendable {
    package let region: [Bool]  // The ReLU region of 𝓗 that e lies in
    package let hasHiddenBias: Bool  // Whether a bias of a hidden layer of 𝓗 is not zero
    package let hasOutputBias: Bool  // Whether a bias of 𝓗's output is not zero

    init?(_ origin: RouterOrigin<Double>) {
      guard let derivative = origin.derivative, let hypernetwork = origin.hypernetwork else { return nil }
      region = derivative.activeUnits
      hasHiddenBias = hypernetwork.hidden.contains { $0.a.value.largestMagnitude != 0 }
      hasOutputBias = hypernetwork.output.a.value.largestMagnitude != 0
    }
  }

  /// Takes a snapshot of a mixture that reads the probe with the k of the training, for routing terms, and with the k at which routers
  /// are compared, for all that is compared.
  package init(inTraining: Probe.Layer, compared: Probe.Layer) {
    let own = inTraining.tokens
    W_r = own.W_r
    b_r = own.b_r
    routingTerms = own.routingTerms(inTraining.upstream)
    routingTermsByAutodiff = own.routingTerms(inTraining.upstream, .autodiff)
    routingTermSize = own.termSizes(inTraining.upstream).reduce(0) { $0 + $1 * $1 }.squareRoot()
    comparedTerms = compared.tokens.routingTerms(compared.upstream)
    tokens = compared.tokens.h
    groups = TokenGroups(tokens, firstChoices: compared.tokens.selections.map { $0[0] }, experts: W_r.shape[0])
    generation = Generation(own.router.origin)
    expertSimilarity = meanExpertSimilarity(compared.tokens.E)
    unpairedExpertSimilarity = meanUnpairedExpertSimilarity(compared.tokens.E)
    outputEffectiveRank = SingularValues(of: compared.output).effectiveRank
  }

  /// The routing terms, found one of the two exact ways.
  func routingTerms(_ way: Way) -> Tensor<Double> { way == .closedForm ? routingTerms : routingTermsByAutodiff }

  /// The singular values of the routing terms up to which they are rounding: max(n, d) · 2⁻⁵² of what cancels in them.
  package var termCutoff: Double {
    Double(max(routingTerms.shape[0], routingTerms.shape[1])) * .ulpOfOne * routingTermSize
  }

  /// The rows' differences w_j − w_1, (N−1)×d: they span all that a routing term can be.
  package var rowDifferences: Tensor<Double> { W_r.rowDifferences }

  /// w_j − w̄, N×d.
  private var centredRows: Tensor<Double> { W_r - meanRow }

  /// w̄, 1×d.
  private var meanRow: Tensor<Double> { W_r.mean(axis: 0).reshaped([1, W_r.shape[1]]) }

  /// |W_r − W_r(0)| / |W_r(0)|; 0 for rows that did not move.
  package func displacement(since start: LayerSnapshot) -> Double { W_r.displacement(since: start.W_r) }

  /// The mean over experts of cos(w_j − w̄, μ_j − μ): how far rows point at the tokens that choose them first.
  ///
  /// From −1 to 1; nil if no expert has tokens of its own.
  package var alignment: Double? { groups.meanCosine(centredRows) }

  /// The mean over experts of cos(w_j − w_j(0), μ_j − μ): whether rows moved towards their tokens.
  ///
  /// From −1 to 1; nil for rows that did not move, and if no expert has tokens of its own.
  package func drift(since start: LayerSnapshot) -> Double? {
    W_r == start.W_r ? nil : groups.meanCosine(W_r - start.W_r)
  }
}

/// What the cosines of rows with their tokens would be if rows had any other direction: the chance baseline.
///
/// It is not 0. Tokens are grouped by the very rows whose cosine with the groups is taken, so rows of any direction score.
/// The level keeps all but the direction: each row's numbers are put in a random order, the tokens choose again by the
/// rows that this makes, and the cosine is taken with the new groups. The mean of 20 draws; the same numbers every time.
extension LayerSnapshot {
  /// The level of ``alignment``.
  package var alignmentLevel: Double? { level("alignment", of: centredRows) { meanRow + $0 } }

  /// The level of ``drift(since:)``; nil for rows that did not move.
  package func driftLevel(since start: LayerSnapshot) -> Double? {
    W_r == start.W_r ? nil : level("drift", of: W_r - start.W_r) { start.W_r + $0 }
  }

  private func level(
    _ name: String, of rows: Tensor<Double>, _ router: (Tensor<Double>) -> Tensor<Double>
  ) -> Double? {
    var random = Random(seed: 0).child(named: name)
    let cosines = (0..<20).compactMap { _ -> Double? in
      let numbers = (0..<rows.shape[0]).flatMap { row in
        let own = rows.row(row).scalars
        return random.permutation(of: own.count).map { own[$0] }
      }
      let permuted = Tensor(rows.shape, numbers)
      let logits = tokens.matrixProduct(router(permuted).transposed(0, 1)) + b_r.reshaped([1, b_r.count])
      let choices = logits.topK(1).map { Int($0) }
      return TokenGroups(tokens, firstChoices: choices, experts: W_r.shape[0]).meanCosine(permuted)
    }
    return cosines.isEmpty ? nil : cosines.mean
  }
}

/// Tokens grouped by the expert that they choose first: with more choices, all experts would share more and more tokens.
package struct TokenGroups: Sendable {
  /// For each expert the mean of its tokens, less the mean of all, 1×d; nil without tokens, and where all are its own.
  package let centredMeans: [Tensor<Double>?]

  /// Groups tokens, n×d, by the expert that each chooses first.
  package init(_ tokens: Tensor<Double>, firstChoices: [Int], experts: Int) {
    precondition(
      tokens.shape[0] == firstChoices.count, "TokenGroups: \(tokens.shape[0]) tokens, \(firstChoices.count) choices")
    let width = tokens.shape[1]
    let mean = tokens.mean(axis: 0).reshaped([1, width])
    centredMeans = (0..<experts).map { expert in
      let own = firstChoices.indices.filter { firstChoices[$0] == expert }
      guard !own.isEmpty && own.count < firstChoices.count else { return nil }
      return tokens.rows(own).mean(axis: 0).reshaped([1, width]) - mean
    }
  }

  /// The mean cosine of N rows, N×d, with the centred means of their tokens; nil if no expert has tokens of its own.
  package func meanCosine(_ rows: Tensor<Double>) -> Double? {
    let cosines = centredMeans.enumerated().compactMap { expert, mean in
      mean.map { rows.row(expert).cosineSimilarity(to: $0) }
    }
    return cosines.isEmpty ? nil : cosines.mean
  }
}
