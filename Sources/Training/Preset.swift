import MixtureOfExperts
import Optimisation
import TransformerXL

/// Sizes that go together; every number can be overridden.
public enum Preset: String, CaseIterable, Codable, Sendable {
  /// Seconds, for checking that everything runs.
  case smoke
  /// Minutes for all routers: the default.
  case tiny
  /// An evening on a laptop.
  case small
  /// The paper's width with short segments: the shape of benchmarks.
  case paperSmall = "paper-small"
  /// The published settings with 4 layers.
  case paper4 = "paper-4"
  /// The published settings with 8 layers.
  case paper8 = "paper-8"
  /// The published settings with 12 layers.
  case paper12 = "paper-12"

  /// The numbers of a preset.
  public struct Sizes: Sendable {
    /// L.
    public let layers: Int
    /// d.
    public let modelWidth: Int
    /// H.
    public let heads: Int
    /// d_h.
    public let headWidth: Int
    /// f.
    public let expertWidth: Int
    /// N.
    public let experts: Int
    /// k where it does not grow.
    public let k: Int
    /// T.
    public let segment: Int
    /// M.
    public let memory: Int
    /// B.
    public let batch: Int
    /// S.
    public let steps: Int
    /// η at its highest.
    public let learningRate: Double
    /// Parts of a batch that run side by side.
    public let shards: Int
    /// The rate of dropout.
    public let dropout: Double
    /// The largest gradient norm let through.
    public let clip: Double
  }

  /// The numbers.
  ///
  /// The paper's presets have the published ones (the length of a run is ours). The small ones train for too short a time
  /// to overfit: they have no dropout, clip later and learn faster.
  public var sizes: Sizes {
    switch self {
    case .smoke:
      Sizes(
        layers: 1, modelWidth: 32, heads: 2, headWidth: 16, expertWidth: 64, experts: 4, k: 2, segment: 32,
        memory: 32, batch: 8, steps: 200, learningRate: 2e-3, shards: 2, dropout: 0, clip: 1)
    case .tiny:
      Sizes(
        layers: 2, modelWidth: 64, heads: 4, headWidth: 16, expertWidth: 128, experts: 8, k: 2, segment: 64,
        memory: 64, batch: 16, steps: 1500, learningRate: 2e-3, shards: 2, dropout: 0, clip: 1)
    case .small:
      Sizes(
        layers: 4, modelWidth: 128, heads: 4, headWidth: 32, expertWidth: 256, experts: 16, k: 2, segment: 128,
        memory: 128, batch: 16, steps: 5000, learningRate: 1e-3, shards: 2, dropout: 0, clip: 1)
    case .paperSmall:
      Sizes(
        layers: 4, modelWidth: 256, heads: 8, headWidth: 64, expertWidth: 512, experts: 16, k: 2, segment: 128,
        memory: 128, batch: 8, steps: 10_000, learningRate: 2.5e-4, shards: 1, dropout: 0.1, clip: 0.25)
    case .paper4: paper(layers: 4)
    case .paper8: paper(layers: 8)
    case .paper12: paper(layers: 12)
    }
  }

  private func paper(layers: Int) -> Sizes {
    Sizes(
      layers: layers, modelWidth: 256, heads: 8, headWidth: 64, expertWidth: 512, experts: 16, k: 2, segment: 512,
      memory: 512, batch: 22, steps: 400_000, learningRate: 2.5e-4, shards: 1, dropout: 0.1, clip: 0.25)
  }

  /// The k schedule that a router's authors give it: k is kept, or grows to N.
  ///
  /// - Parameters:
  ///   - router: The router.
  ///   - k: k where it does not grow, and where growth begins.
  ///   - experts: N.
  /// - Returns: A schedule.
  public static func kSchedule(for router: RouterKind, k: Int, experts: Int) -> KSchedule {
    router.facts?.growsK == true ? KSchedule(.linearIncrease, k, experts) : KSchedule(.constant, k, k)
  }
}
