/// Measured durations of one piece of work, in seconds.
public struct Timing: Sendable {
  /// Half of the measurements took longer.
  public let median: Double
  /// The distance of the quartiles over the median: how much to believe it.
  public let spread: Double

  /// Sums up measurements.
  ///
  /// - Parameter seconds: At least one duration.
  public init(_ seconds: [Double]) {
    precondition(!seconds.isEmpty, "Timing: no measurements")
    let sorted = seconds.sorted()
    func quantile(_ part: Double) -> Double { sorted[Int((Double(sorted.count - 1) * part).rounded())] }
    median = quantile(0.5)
    spread = median > 0 ? (quantile(0.75) - quantile(0.25)) / median : 0
  }

  /// Measures work again and again after one run that does not count.
  ///
  /// - Parameters:
  ///   - atLeast: The number of runs, at least one.
  ///   - budget: No run begins after so many seconds of work, unless there were too few.
  ///   - prepare: What comes before each run that counts, and does not count itself; it is told how many there were.
  public init(
    atLeast: Int, budget: Double, before prepare: (_ runs: Int) -> Void = { _ in }, _ work: () throws -> Void
  ) rethrows {
    try work()
    var seconds: [Double] = []
    var total = 0.0
    while seconds.count < max(1, atLeast) || total < budget {
      prepare(seconds.count)
      let duration = try Timing.seconds(work)
      seconds.append(duration)
      total += duration
    }
    self.init(seconds)
  }

  /// Returns how long one run of some work takes.
  ///
  /// - Returns: Seconds.
  public static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(work)
    return duration / .seconds(1)
  }
}
