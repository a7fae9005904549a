extension TrainingOptions {
  /// What a training has unless it is told otherwise.
  ///
  /// The one home of these values: options, presets, flags, benchmarks and help read them here. Those of the learning rate's
  /// course stand at ``/Optimisation/LearningRateSchedule``.
  public enum Defaults {
    /// The largest gradient norm that the published runs let through.
    public static let clip = 0.25
    /// η at its highest in the published runs.
    public static let learningRate = 2.5e-4
    /// What η is multiplied by for what a router trains.
    public static let routerLearningRate = 1.0
    /// λ; the published runs have none.
    public static let weightDecay = 0.0
    /// Determines initial weights and dropout.
    public static let seed: UInt64 = 1
  }
}
