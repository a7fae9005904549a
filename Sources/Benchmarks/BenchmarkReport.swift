import Kernels
import RunFiles
import Tensors

/// Everything that `hyperrouter benchmark` measures.
public struct BenchmarkReport: Codable, Described, Sendable {
  package static let words = "benchmark: benchmark --json; scaling: training with dropout, other k and more experts"

  /// The speed at which cores multiply and add, in 10⁹ floating-point operations a second.
  public struct Peak: Codable, Described, Sendable {
    package static let words = "peak: 10⁹ floating-point operations a second, a multiply-add being two"
    /// In `Float`.
    public let float: Double
    /// In `Double`.
    public let double: Double
    private static let repeats = 50

    /// Measures the peak.
    public init(threads: Int) {
      let workers = Workers(count: threads)
      float = MultiplyAddPeak.gigaflops(Float.self, repeats: Self.repeats, workers: workers)
      double = MultiplyAddPeak.gigaflops(Double.self, repeats: Self.repeats, workers: workers)
    }
  }

  /// The threads that "all" stands for.
  public let threads: Int
  /// Of one thread.
  public let peakGflops: Peak
  /// Of all threads together.
  public let peakGflopsAllThreads: Peak
  /// Matrix products; nil if not asked for.
  @OrNull public var matmul: [MatrixBenchmark.Row]?
  /// The matrix products of a training step, warm and cold, by preset.
  @OrNull public var products: [ProductBenchmark.Row]?
  /// Element-wise kernels and row kernels.
  @OrNull public var kernels: [KernelBenchmark.Row]?
  /// Training by preset and thread count.
  @OrNull public var training: [ModelBenchmark.TrainingRow]?
  /// Training with dropout, other k and other N, each in turns with the preset's own.
  @OrNull public var scaling: [ModelBenchmark.TrainingRow]?
  /// Evaluation and generation.
  @OrNull public var inference: [ModelBenchmark.InferenceRow]?
  /// Whether memory grows while training goes on.
  @OrNull public var memory: [ModelBenchmark.MemoryRow]?

  /// Begins a report by measuring the peaks.
  public init(threads: Int) {
    self.threads = threads
    peakGflops = Peak(threads: 1)
    peakGflopsAllThreads = Peak(threads: threads)
  }
}

/// Measured durations of one piece of work, in seconds.
public struct Timing: Sendable {
  /// Half of the measurements took longer.
  public let median: Double
  /// The distance of the quartiles over the median: how much to believe it.
  public let spread: Double

  /// Sums up measurements.
  public init(_ seconds: [Double]) {
    precondition(!seconds.isEmpty, "Timing: no measurements")
    let sorted = seconds.sorted()
    func quantile(_ part: Double) -> Double { sorted[Int((Double(sorted.count - 1) * part).rounded())] }
    median = quantile(0.5)
    spread = median > 0 ? (quantile(0.75) - quantile(0.25)) / median : 0
  }

  /// Measures work again and again after one run that does not count.
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
  public static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(work)
    return duration / .seconds(1)
  }
}
