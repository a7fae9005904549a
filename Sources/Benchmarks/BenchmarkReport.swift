import Kernels
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
  public let peak: Peak
  /// Of all threads together.
  public let peakOfAll: Peak
  /// Matrix products; nil if not asked for.
  public var matmul: [MatrixBenchmark.Row]?
  /// The matrix products of a training step, warm and cold, by preset.
  public var products: [ProductBenchmark.Row]?
  /// Element-wise kernels and row kernels.
  public var kernels: [KernelBenchmark.Row]?
  /// Training by preset and thread count.
  public var training: [ModelBenchmark.TrainingRow]?
  /// Training with dropout, other k and other N, each in turns with the preset's own.
  public var scaling: [ModelBenchmark.TrainingRow]?
  /// Evaluation and generation.
  public var inference: [ModelBenchmark.InferenceRow]?
  /// Whether memory grows while training goes on.
  public var memory: [ModelBenchmark.MemoryRow]?

  enum CodingKeys: String, CodingKey {
    case threads, matmul, products, kernels, training, scaling, inference, memory
    case peak = "peak_gflops"
    case peakOfAll = "peak_gflops_all_threads"
  }

  /// Writes the report; null for what was not asked for.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(threads, forKey: .threads)
    try container.encode(peak, forKey: .peak)
    try container.encode(peakOfAll, forKey: .peakOfAll)
    try container.encode(matmul, forKey: .matmul)
    try container.encode(products, forKey: .products)
    try container.encode(kernels, forKey: .kernels)
    try container.encode(training, forKey: .training)
    try container.encode(scaling, forKey: .scaling)
    try container.encode(inference, forKey: .inference)
    try container.encode(memory, forKey: .memory)
  }

  /// Begins a report by measuring the peaks.
  ///
  /// - Parameter threads: The threads that "all" stands for.
  public init(threads: Int) {
    self.threads = threads
    peak = Peak(threads: 1)
    peakOfAll = Peak(threads: threads)
  }
}
