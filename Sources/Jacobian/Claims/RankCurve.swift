import Corpora
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// Claim 6, over a trajectory: how many dimensions the routing subspaces of a HyperRouter can have together.
///
/// In one ReLU region of 𝓗, w_j − w_1 = (V2_j − V2_1) D V1 e is linear in e where biases are zero, so it spans at most m
/// dimensions there and at most s anywhere: over R regions (N−1)·min(s, m·R). Sharper, since regions that differ in few
/// units share most of their image: D V1 = D₀ V1 + Σ over switched units, so m + F instead of m·R, F the number of units
/// that were seen to switch. And each snapshot finds at most N−1 dimensions, so n of them find at most (N−1)·n.
///
/// A bias that is not zero makes w_j − w_1 affine in e, linear in (e, 1): m + 1 takes the place of m. One of the output,
/// a2, adds its own direction to the s of the hidden units: s + 1.
///
/// Equation [rank-curve] in NOTES.md.
package struct RoutingSpan: Sendable {
  package let embeddingWidth: Int  // m
  package let snapshots: Int  // How often the mixture was recorded
  package let regions: Int  // R: how many regions it was seen in
  package let switchedUnits: Int  // F: how many units were seen in both states
  package let rank: Int  // The rank of the routing terms of all tokens at all snapshots
  package let rankByAutodiff: Int  // The same with terms found by the tape
  /// How many directions they really share, every snapshot's scaled to norm 1: of all together, and the mean of one.
  package let effectiveRanks: (together: Double, single: Double)
  package let isAffine: Bool  // Whether a bias of 𝓗 was seen that is not zero: then m + 1 stands for m in the bounds
  package let bound: Int  // min(d, (N−1)·min(s, m·R))
  package let sharperBound: Int?  // min(d, (N−1)·min(s, m·R, m + F)); nil for 𝓗 with more than one hidden layer
  package let ceiling: Int  // min(d, (N−1)·snapshots): what no bound on the rank needs to exceed

  /// Measures one layer of a HyperRouter's trajectory.
  package init(_ trajectory: Trajectory, layer: Int) {
    let configuration = trajectory.configuration
    let history = trajectory.history(of: layer)
    let generations = history.compactMap(\.generation)
    precondition(generations.count == history.count, "RoutingSpan: a router without 𝓗")
    let visited = generations.map(\.region)
    let (m, s, N, d) = (
      configuration.embeddingWidth, configuration.hypernetworkWidth, configuration.experts, configuration.modelWidth
    )
    let hasOutputBias = generations.contains(where: \.hasOutputBias)
    isAffine = hasOutputBias || generations.contains(where: \.hasHiddenBias)
    let (inputs, hidden) = (m + (isAffine ? 1 : 0), s + (hasOutputBias ? 1 : 0))
    embeddingWidth = m
    snapshots = visited.count
    regions = Set(visited).count
    switchedUnits = visited[0].indices.count { unit in visited.contains { $0[unit] != visited[0][unit] } }
    rank = trajectory.rankOfRoutingTerms(layer)
    rankByAutodiff = trajectory.rankOfRoutingTerms(layer, .autodiff)
    effectiveRanks = trajectory.effectiveRanks(layer)
    ceiling = min(d, (N - 1) * snapshots)
    bound = min(d, (N - 1) * min(hidden, inputs * regions))
    sharperBound = configuration.hypernetworkDepth == 2 ? min(bound, (N - 1) * (inputs + switchedUnits)) : nil
  }

  /// Claim 6 over a trajectory: the rank beside both bounds, and the effective rank.
  ///
  /// No verdict where a bound is what any router would respect: all of ℝᵈ, or N−1 dimensions for each snapshot.
  package func results(_ setting: ClaimSetting) -> [ClaimResult] {
    let place = setting.with(\.embeddingWidth, embeddingWidth).with(\.snapshots, snapshots)
    let inputs = isAffine ? "(m+1)" : "m"
    func result(_ formula: String, _ setting: ClaimSetting, _ bound: Int) -> ClaimResult {
      ClaimResult(
        .generatedRows, "rank of all routing terms, bound min(d, (N−1)·min(s, \(formula)))", setting,
        found: [
          .init(Way.closedForm.rawValue, Double(rank)), .init(Way.autodiff.rawValue, Double(rankByAutodiff)),
        ],
        bound: bound < ceiling ? Double(bound) : nil)
    }
    let sharper = sharperBound.map { bound in
      result("\(inputs)·R, \(inputs)+F", place.with(\.switchedUnits, switchedUnits), bound)
    }
    return [result("\(inputs)·R", place.with(\.regions, regions), bound)] + (sharper.map { [$0] } ?? []) + [
      ClaimResult(
        .generatedRows, "effective rank of the same terms, each snapshot's of norm 1", place,
        found: [.init("together", effectiveRanks.together), .init("one snapshot", effectiveRanks.single)],
        measured: effectiveRanks.together)
    ]
  }
}

extension Trajectory {
  /// Claim 6, over this trajectory of a HyperRouter, for each layer.
  package func routingSpans() -> [ClaimResult] {
    layers.flatMap { RoutingSpan(self, layer: $0).results(ClaimSetting(layer: $0)) }
  }
}

/// The sizes of the models of a curve against m.
package struct CurveSizes: Codable, Described, Sendable {
  package static let words = "jacobian_curve: the sizes of the curve of ranks"
  package let experts: Int  // N
  package let modelWidth: Int  // d
  package let hypernetworkWidth: Int  // s
  package var steps = 0  // Of each training
}

/// Claim 6 as a curve: how many dimensions a HyperRouter's routing subspaces have together over a training, against m.
///
/// Each point is a ``RoutingSpan``.
package struct RankCurve: Sendable {
  package let spans: [RoutingSpan]  // One training for each m
  package let fixed: Int  // N−1, what a fixed router has

  /// Trains one small model for each m, all alike but for 𝓗 and e, and takes snapshots of it on the way.
  ///
  /// L = 1, H = 2, d_h = 16, f = 32, T = M = 16, B = 4; two rows of 16 symbols are probed. k is 2 throughout, the learning
  /// rate 2e-3. The trainings run side by side.
  ///
  /// - Parameters:
  ///   - sizes: d should exceed (N−1)·m, or nothing is left to see.
  ///   - snapshots: How often each model is recorded, at least, beside the initial state; after every step if there are fewer.
  /// - Throws: `CorpusError` for a text that is too short, `TrainingError` for a loss that is not finite.
  package init(
    embeddingWidths: [Int], sizes: CurveSizes, snapshots: Int = 40, seed: UInt64, gate: GateOrder,
    corpus: Corpus, workers: Workers
  ) throws {
    var common = Self.configuration(sizes, vocabulary: corpus.vocabulary.count)
    common.gateOrder = gate
    let probe = try Probe(corpus.splits.validation.symbols, rows: Self.rows, length: Self.segment, of: common)
    let options = TrainingOptions(
      batch: Self.batch, steps: sizes.steps, learningRate: LearningRateSchedule(peak: 2e-3, shape: .constant),
      kSchedule: KSchedule(.constant, 2, 2), seed: seed, shards: 1)
    let configurations = embeddingWidths.map { m in
      var configuration = common
      configuration.embeddingWidth = m
      return configuration
    }
    let results = workers.map(embeddingWidths.count) { index in
      Result {
        let trajectory = try Trajectory.training(
          configurations[index], options, symbols: corpus.splits.train.symbols, probe: probe,
          interval: max(1, sizes.steps / snapshots), workers: .one
        ).trajectory
        return RoutingSpan(trajectory, layer: 0)
      }
    }
    spans = try results.map { try $0.get() }
    fixed = sizes.experts - 1
  }

  private static let (rows, batch, segment) = (2, 4, 16)

  private static func configuration(_ sizes: CurveSizes, vocabulary: Int) -> Configuration {
    var configuration = Configuration(
      vocabulary: vocabulary, layers: 1, modelWidth: sizes.modelWidth, heads: 2, headWidth: 16, expertWidth: 32,
      experts: sizes.experts, segment: segment, memory: segment, router: .hyperRouter)
    configuration.hypernetworkWidth = sizes.hypernetworkWidth
    return configuration
  }

  /// How many symbols the text must have to train on and to measure the models on.
  package static func minimumSymbols(_ sizes: CurveSizes) -> Splits<Int> {
    Splits(
      train: BatchStream.minimumSymbols(batch: batch, segmentLength: segment),
      validation: Probe.minimumSymbols(rows: rows, length: segment, of: configuration(sizes, vocabulary: 1)), test: 0)
  }

  /// The smallest m whose routing terms pass N−1; nil if none does.
  package var passing: Int? { spans.filter { $0.rank > fixed }.map(\.embeddingWidth).min() }

  /// The results of each m, and the m where the rank passes N−1.
  package var results: [ClaimResult] {
    let passing = passing.map {
      ClaimResult(
        .generatedRows, "smallest m whose rank passes N−1", ClaimSetting(part: .curve).with(\.fixedRank, fixed),
        measured: Double($0))
    }
    return spans.flatMap { $0.results(ClaimSetting(part: .curve)) } + (passing.map { [$0] } ?? [])
  }
}
