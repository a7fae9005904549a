import Training

/// Measures the matrix products of a training step twice: with operands that were just used, and with operands that come
/// from far away.
///
/// A step lies in between: activations were written by the operation before, weights were last touched half a step ago.
public struct ProductBenchmark: Sendable {
  /// One line of the table.
  public struct Row: Encodable, Sendable {
    /// The model.
    public let preset: String
    /// The weight, as the equations call it.
    public let product: String
    /// What it is for.
    public let pass: StepProduct.Pass
    /// The rows of A.
    public let m: Int
    /// The columns of A.
    public let k: Int
    /// The columns of B.
    public let n: Int
    /// How many products at once.
    public let batch: Int
    /// The bytes of both factors and the result.
    public let bytes: Int
    /// Its multiply-adds over those of all products of the step.
    public let share: Double
    /// The median of warm products, of the peak measured in turns.
    public let warm: Double
    /// The median of cold products, of the peak measured in turns.
    public let cold: Double
  }

  /// The bytes that cold products take turns on: more than the caches of most processors hold.
  static let coldBytes = 64 << 20

  let preset: Preset
  let isQuick: Bool

  /// Prepares measurements.
  ///
  /// - Parameters:
  ///   - preset: The model whose products are measured.
  ///   - isQuick: Whether fewer repetitions will do.
  public init(_ preset: Preset, isQuick: Bool) {
    self.preset = preset
    self.isQuick = isQuick
  }

  /// Measures all products of a step on one thread.
  ///
  /// - Returns: One row for each, in the order of a step.
  public func callAsFunction() -> [Row] {
    let products = StepProduct.all(of: preset.sizes, vocabulary: ModelBenchmark.vocabulary)
    let total = products.reduce(0) { $0 + $1.problem.operations * Double($1.times) }
    let benchmark = MatrixBenchmark(isQuick: isQuick)
    return products.map { product in
      let problem = product.problem
      func ofPeak(over bytes: Int) -> Double {
        benchmark.row(problem, Float.self, product.pass.transpose, 1, over: bytes).ofPeak
      }
      return Row(
        preset: preset.rawValue, product: product.name, pass: product.pass, m: problem.m, k: problem.k, n: problem.n,
        batch: problem.batch, bytes: product.bytes, share: problem.operations * Double(product.times) / total,
        warm: ofPeak(over: 0), cold: ofPeak(over: Self.coldBytes))
    }
  }
}
