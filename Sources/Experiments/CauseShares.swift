/// What a difference between two routers is made of: the causes are made equal one after the other, and what each takes away is
/// its share.
///
///     published difference = schedule + scale + speed + router
///
/// The order is fixed: first the k schedule, then the scale of W_r, then the speed of HyperRouter's, made that of SMoE's; what is left
/// is the router's own. Causes that act together are counted with the first of them.
public struct CauseShares: Codable, Sendable {
  /// The difference between both as their authors have them.
  public let published: PairedDifference
  /// What goes when both have the same k schedule.
  public let schedule: PairedDifference
  /// What goes when W_r begins as large in both.
  public let scale: PairedDifference
  /// What goes when Adam's first steps move W_r as far in both.
  public let speed: PairedDifference
  /// What is left: the router's own.
  public let router: PairedDifference

  /// The pairs of variants that differ less and less.
  public struct Chain: Sendable {
    /// As published; the same k schedule; the same scale, too; the same speed, too.
    let pairs: [(a: String, b: String)]

    /// Creates a chain.
    ///
    /// - Parameters:
    ///   - published: Both as their authors have them.
    ///   - schedule: With the same k schedule.
    ///   - scale: With the same scale, too.
    ///   - speed: With the same speed, too.
    public init(
      published: (String, String), schedule: (String, String), scale: (String, String), speed: (String, String)
    ) {
      pairs = [published, schedule, scale, speed]
    }
  }

  /// Divides a difference; nil if a model or a measure is missing.
  ///
  /// - Parameters:
  ///   - runs: Trained models.
  ///   - chain: Which of them differ in what.
  ///   - value: What is compared; shares are those of a's minus b's.
  public init?(in runs: SeededRuns, _ chain: Chain, _ value: (RunMeasures) -> Double?) {
    let found = chain.pairs.compactMap { runs.difference($0.a, $0.b, value)?.differences }
    guard found.count == chain.pairs.count, Set(found.map(\.count)).count == 1 else { return nil }
    func step(_ from: Int) -> PairedDifference {
      PairedDifference(zip(found[from], found[from + 1]).map { $0 - $1 })
    }
    published = PairedDifference(found[0])
    (schedule, scale, speed) = (step(0), step(1), step(2))
    router = PairedDifference(found[3])
  }
}
