import RunFiles

/// Everything that determines a training run but the model and the data.
public struct TrainingOptions: Codable, Hashable, Sendable {
  /// B: rows of the data read side by side.
  public var batch: Int
  /// S: updates in the whole run.
  public var steps: Int
  /// η over the run.
  public var learningRate: LearningRateSchedule
  /// The largest gradient norm let through.
  public var clip: Double
  /// k over the run.
  public var kSchedule: KSchedule
  /// Determines initial weights and dropout.
  public var seed: UInt64
  /// Into how many parts a batch is cut that run forward and backward side by side.
  ///
  /// Part of the configuration because gradients are added in the order of the parts: the same number gives the same
  /// bits, whatever the number of threads.
  public var shards: Int
  /// What η is multiplied by for what a router trains; 1 if nil, as in the published runs.
  @OrNull public var routerLearningRate: Double?
  /// λ: what share of itself, times η, a matrix loses with every update; ``Defaults/weightDecay`` if nil.
  @OrNull public var weightDecay: Double?
  /// The lengths that the run had before it was extended, the first of them first; nil if it never was.
  @OrNull public var extendedFrom: [Int]?

  /// Creates options.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - steps: S.
  ///   - learningRate: η.
  ///   - clip: The largest gradient norm.
  ///   - shards: At least 1; no more than B are used.
  public init(
    batch: Int, steps: Int, learningRate: LearningRateSchedule, clip: Double = Defaults.clip, kSchedule: KSchedule,
    seed: UInt64, shards: Int
  ) {
    self.batch = batch
    self.steps = steps
    self.learningRate = learningRate
    self.clip = clip
    self.kSchedule = kSchedule
    self.seed = seed
    self.shards = shards
  }
}
