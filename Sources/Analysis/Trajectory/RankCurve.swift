import Corpora
import MixtureOfExperts
import Tensors
import Training
import TransformerXL

/// Claim 6 as a curve: how many dimensions a HyperRouter's routing subspaces have together over a training, against m.
///
/// Each point is a ``RoutingSpan``.
public struct RankCurve: Sendable {
  /// One training for each m.
  public let spans: [RoutingSpan]
  /// N−1, what a fixed router has.
  public let fixed: Int

  /// Trains one small model for each m, all alike but for 𝓗 and e, and looks at it after every step.
  ///
  /// - Parameters:
  ///   - embeddingWidths: The values of m.
  ///   - sizes: N, d and s; d should exceed (N−1)·m, or nothing is left to see.
  ///   - steps: Steps of each training; k is 2 throughout.
  ///   - seed: Makes weights and dropout.
  ///   - gate: The order of softmax and top-k.
  ///   - symbols: The text to train on.
  ///   - probed: The text to look at the model with.
  ///   - vocabulary: V.
  ///   - workers: The threads to use; the trainings run side by side.
  /// - Throws: `CorpusError` for a text that is too short, `TrainingError` for a loss that is not finite.
  public init(
    embeddingWidths: [Int], sizes: (experts: Int, width: Int, hypernetwork: Int), steps: Int, seed: UInt64,
    gate: GateOrder, symbols: [Int32], probed: [Int32], vocabulary: Int, workers: Workers
  ) throws {
    let probe = try Probe(probed, rows: 2, length: 16)
    let results = workers.map(embeddingWidths.count) { index in
      Result {
        var configuration = Configuration(
          vocabulary: vocabulary, layers: 1, modelWidth: sizes.width, heads: 2, headWidth: 16, expertWidth: 32,
          experts: sizes.experts, segment: 16, memory: 16, router: .hyperRouter)
        configuration.gateOrder = gate
        configuration.embeddingWidth = embeddingWidths[index]
        configuration.hypernetworkWidth = sizes.hypernetwork
        let options = TrainingOptions(
          batch: 4, steps: steps, learningRate: LearningRateSchedule(peak: 2e-3, course: .constant),
          kSchedule: KSchedule(.constant, 2, 2), seed: seed, shards: 1)
        let trajectory = try Trajectory.training(
          configuration, options, symbols: symbols, probe: probe, interval: 1, workers: .one
        ).trajectory
        return RoutingSpan(trajectory, layer: 0)
      }
    }
    spans = try results.map { try $0.get() }
    fixed = sizes.experts - 1
  }

  /// The smallest m whose routing terms pass N−1; nil if none does.
  public var passing: Int? { spans.filter { $0.rank > fixed }.map(\.embeddingWidth).min() }

  /// The curve as results.
  ///
  /// - Parameter name: What results call the router.
  /// - Returns: The results of each m, and the m where the rank passes N−1.
  public func results(router name: String) -> [ClaimResult] {
    let passing = passing.map {
      ClaimResult(
        6, name, "smallest m whose rank passes N−1", "curve, N−1 = \(fixed)", measured: Double($0))
    }
    return spans.flatMap { $0.results(router: name, setting: "curve") } + [passing].compactMap { $0 }
  }
}
