import Kernels
import RunFiles
import Tensors

/// Everything that `hyperrouter benchmark` measures.
public struct BenchmarkReport: Encodable, Sendable {
  /// The speed at which cores multiply and add, in 10⁹ floating-point operations a second.
  public struct Peak: Encodable, Sendable {
    /// In `Float`.
    public let float: Double
    /// In `Double`.
    public let double: Double
    private static let repeats = 50

    /// Measures the peak.
    ///
    /// - Parameter threads: How many threads compute side by side.
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
  ///
  /// - Parameter threads: The threads that "all" stands for.
  public init(threads: Int) {
    self.threads = threads
    peakGflops = Peak(threads: 1)
    peakGflopsAllThreads = Peak(threads: threads)
  }
}
