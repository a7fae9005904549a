import MixtureOfExperts

/// Sizes that go together; every number can be overridden.
public enum Preset: String, CaseIterable, Codable, Sendable {
  /// Seconds, for checking that everything runs.
  case smoke
  /// Minutes for all routers: the default.
  case tiny
  /// A real text of a million characters: minutes to English.
  case book
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

  /// The preset of a run that names none.
  public static let standard = Preset.tiny

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
    /// T.
    public let segment: Int
    /// B.
    public let batch: Int
    /// S.
    public let steps: Int
    /// η at its highest.
    public let learningRate: Double
    /// Up to which k grows where it does; N if nil.
    public internal(set) var largestK: Int?
    /// Parts of a batch that run side by side.
    public internal(set) var shards = 2
    /// The rate of dropout.
    public internal(set) var dropout = 0.0
    /// The largest gradient norm let through.
    public internal(set) var clip = 1.0
    /// M, as long as a segment.
    public var memory: Int { segment }
    /// k where it does not grow.
    public var k: Int { 2 }
  }

  /// The numbers.
  ///
  /// The paper's presets have the published ones (the length of a run is ours). The small ones train for too short a time
  /// to overfit: they have no dropout, clip later and learn faster. That of `tiny` is the middle of the search whose best
  /// settings are `TunedSettings` of Experiments: most models were best there, HyperRouter at twice as much.
  public var sizes: Sizes {
    switch self {
    case .smoke:
      Sizes(
        layers: 1, modelWidth: 32, heads: 2, headWidth: 16, expertWidth: 64, experts: 4, segment: 32, batch: 8,
        steps: 200, learningRate: 2e-3)
    case .tiny:
      Sizes(
        layers: 2, modelWidth: 64, heads: 4, headWidth: 16, expertWidth: 128, experts: 8, segment: 64, batch: 16,
        steps: 1500, learningRate: 6e-3)
    case .book:
      Sizes(
        layers: 3, modelWidth: 128, heads: 4, headWidth: 32, expertWidth: 256, experts: 8, segment: 128, batch: 8,
        steps: 8000, learningRate: 3e-3, largestK: 4, dropout: 0.1)
    case .small:
      Sizes(
        layers: 4, modelWidth: 128, heads: 4, headWidth: 32, expertWidth: 256, experts: 16, segment: 128, batch: 16,
        steps: 5000, learningRate: 1e-3)
    case .paperSmall: paper(layers: 4, segment: 128, batch: 8, steps: 10_000)
    case .paper4: paper(layers: 4)
    case .paper8: paper(layers: 8)
    case .paper12: paper(layers: 12)
    }
  }

  /// The published sizes, and those of training unless given.
  private func paper(layers: Int, segment: Int = 512, batch: Int = 22, steps: Int = 400_000) -> Sizes {
    Sizes(
      layers: layers, modelWidth: 256, heads: 8, headWidth: 64, expertWidth: 512, experts: 16, segment: segment,
      batch: batch, steps: steps, learningRate: TrainingOptions.Defaults.learningRate, shards: 1,
      dropout: Configuration.Defaults.dropout,
      clip: TrainingOptions.Defaults.clip)
  }

  /// k kept, or growing to N or as far as the preset lets it: one rule for every experiment.
  public func kSchedule(grows: Bool, from k: Int, experts: Int) -> KSchedule {
    let largest = max(k, min(sizes.largestK ?? experts, experts))
    return grows ? KSchedule(.linearIncrease, k, largest) : KSchedule(.constant, k, k)
  }
}
