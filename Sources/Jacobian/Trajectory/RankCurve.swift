import Corpora
import MixtureOfExperts
import Tensors
import Training

/// Claim 6 as a curve: how many dimensions a HyperRouter's routing subspaces have together over a training, against m.
///
/// Each point is a ``RoutingSpan``.
public struct RankCurve: Sendable {
  /// One training for each m.
  public let spans: [RoutingSpan]
  /// N−1, what a fixed router has.
  public let fixed: Int

  /// Trains one small model for each m, all alike but for 𝓗 and e, and looks at it on the way.
  ///
  /// L = 1, H = 2, d_h = 16, f = 32, T = M = 16, B = 4; two rows of 16 symbols are probed.
  ///
  /// - Parameters:
  ///   - embeddingWidths: The values of m.
  ///   - sizes: N, d and s; d should exceed (N−1)·m, or nothing is left to see.
  ///   - steps: Steps of each training; k is 2 throughout, the learning rate 2e-3.
  ///   - looks: How often each model is looked at, at least, beside the initial state; after every step if there are fewer.
  ///   - seed: Makes weights and dropout.
  ///   - gate: The order of softmax and top-k.
  ///   - symbols: The text to train on.
  ///   - probed: The text to look at the model with.
  ///   - vocabulary: V.
  ///   - workers: The threads to use; the trainings run side by side.
  /// - Throws: `CorpusError` for a text that is too short, `TrainingError` for a loss that is not finite.
  public init(
    embeddingWidths: [Int], sizes: (experts: Int, width: Int, hypernetwork: Int), steps: Int, looks: Int, seed: UInt64,
    gate: GateOrder, symbols: [Int32], probed: [Int32], vocabulary: Int, workers: Workers
  ) throws {
    var common = Self.configuration(sizes: sizes, vocabulary: vocabulary)
    common.gateOrder = gate
    let probe = try Probe(probed, rows: Self.rows, length: common.segment, of: common)
    let results = workers.map(embeddingWidths.count) { index in
      Result {
        var configuration = common
        configuration.embeddingWidth = embeddingWidths[index]
        let options = TrainingOptions(
          batch: Self.batch, steps: steps, learningRate: LearningRateSchedule(peak: 2e-3, course: .constant),
          kSchedule: KSchedule(.constant, 2, 2), seed: seed, shards: 1)
        let trajectory = try Trajectory.training(
          configuration, options, symbols: symbols, probe: probe, interval: max(1, steps / looks), workers: .one
        ).trajectory
        return RoutingSpan(trajectory, layer: 0)
      }
    }
    spans = try results.map { try $0.get() }
    fixed = sizes.experts - 1
  }

  private static let rows = 2
  private static let batch = 4
  private static let segment = 16

  private static func configuration(
    sizes: (experts: Int, width: Int, hypernetwork: Int), vocabulary: Int
  ) -> Configuration {
    var configuration = Configuration(
      vocabulary: vocabulary, layers: 1, modelWidth: sizes.width, heads: 2, headWidth: 16, expertWidth: 32,
      experts: sizes.experts, segment: segment, memory: segment, router: .hyperRouter)
    configuration.hypernetworkWidth = sizes.hypernetwork
    return configuration
  }

  /// How many symbols the text to train on must have.
  public static var minimumTrainingSymbols: Int {
    BatchStream.minimumSymbols(batch: batch, segmentLength: segment, purpose: .training)
  }

  /// How many symbols the text to look at the models with must have.
  ///
  /// - Parameter sizes: N, d and s.
  /// - Returns: A number that does not depend on m.
  public static func minimumProbedSymbols(sizes: (experts: Int, width: Int, hypernetwork: Int)) -> Int {
    let configuration = configuration(sizes: sizes, vocabulary: 1)
    return Probe.minimumSymbols(rows: rows, length: configuration.segment, of: configuration)
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
        6, name, "smallest m whose rank passes N−1", ClaimSetting(part: "curve").with(\.fixedRank, fixed),
        measured: Double($0))
    }
    return spans.flatMap { $0.results(router: name, setting: ClaimSetting(part: "curve")) }
      + [passing].compactMap { $0 }
  }
}
