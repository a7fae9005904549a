/// Measures steps per second over the last seconds, so that a time left follows the present speed and not the past.
struct RecentRate {
  private let window: Double
  private(set) var samples: [(time: Double, step: Int)]

  /// Begins to measure.
  ///
  /// - Parameters:
  ///   - time: The present time in seconds.
  ///   - step: How many steps are done.
  ///   - window: How far back the measurement looks, in seconds.
  init(time: Double, step: Int, window: Double = 15) {
    self.window = window
    samples = [(time, step)]
  }

  /// Takes note of progress.
  ///
  /// - Parameters:
  ///   - time: The present time in seconds.
  ///   - step: How many steps are done.
  /// - Returns: Steps per second, or nil before any was measured.
  mutating func record(time: Double, step: Int) -> Double? {
    // Ten samples a second are plenty; the newest one is replaced until it is old enough.
    if samples.count > 1, time - samples[samples.count - 2].time < 0.1 { samples.removeLast() }
    samples.append((time, step))
    // The window's first sample may be older than the window: a single step may take longer than that.
    while samples.count > 2, samples[1].time <= time - window { samples.removeFirst() }
    let (elapsed, done) = (time - samples[0].time, step - samples[0].step)
    return elapsed > 0 && done > 0 ? Double(done) / elapsed : nil
  }
}
