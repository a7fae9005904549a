import Training

/// When a page is written while a model trains: so seldom that it takes less than a hundredth of the training's time.
///
/// Counted in steps, not measured: the same run always writes the same files.
struct PageSchedule {
  /// Four seconds and more for each run on the page, which takes some hundredths.
  private static let multiplyAddsBetweenPages = 2e11

  private let run: RunConfiguration
  private let interval: Int
  private var next = 0

  /// Plans pages.
  init(of run: RunConfiguration, runs: Int) {
    let step = RunDuration.trainingFactor * run.multiplyAdds / Double(run.training.steps)
    self.run = run
    interval = Int(max(1, min(1e9, Double(runs) * Self.multiplyAddsBetweenPages / max(1, step))))
  }

  /// Says whether it is time for a page; not after the last step, when there is more to say soon.
  mutating func isDue(after step: Int) -> Bool {
    guard step >= next, step < run.training.steps else { return false }
    next = step + interval
    return true
  }
}
