import RunFiles
import Training

/// Measures the matrix products of a training step twice: with operands that were just used, and with operands that come
/// from far away.
///
/// A step lies in between: activations were written by the operation before, weights were last touched half a step ago.
public struct ProductBenchmark: Sendable {
  /// One line of the table.
  public struct Row: Codable, Described, Sendable {
    package static let words = """
      product_row: a linear map of a training step: (m×k)·(k×n) products, Float, one thread
      m, k, n, batch
      bytes: of factors and result
      share: of the multiply-adds of all these products
      warm, cold: share of the peak with operands that were just used, and that come from memory
      """

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
  public init(_ preset: Preset, isQuick: Bool) {
    self.preset = preset
    self.isQuick = isQuick
  }

  /// Measures all products of a step on one thread.
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

/// One kind of matrix product of a training step: a linear map, forward or backward, of one shard of the batch.
///
/// The products inside attention (scores, sums) run in a kernel of their own and are not among them.
public struct StepProduct: Equatable, Sendable {
  /// What a linear map is multiplied for.
  public enum Pass: String, CaseIterable, Codable, Sendable {
    /// y = x Wᵀ.
    case forward
    /// dx = dy W.
    case input = "input gradient"
    /// dW = dyᵀ x.
    case weight = "weight gradient"

    /// Which factor lies in memory transposed.
    var transpose: MatrixBenchmark.Transpose {
      switch self {
      case .forward: .right
      case .input: .none
      case .weight: .left
      }
    }
  }

  /// The weight, as the equations call it.
  public let name: String
  /// What it is for.
  public let pass: Pass
  /// Its sizes; as many at once as there are experts.
  public let problem: MatrixBenchmark.Problem
  /// How often a step needs it: once for each layer and shard.
  public let times: Int

  /// The bytes of both factors and the result, in Float.
  public var bytes: Int {
    let (m, k, n) = (problem.m, problem.k, problem.n)
    return 4 * problem.batch * (m * k + k * n + m * n)
  }

  /// All products of a step.
  public static func all(of sizes: Preset.Sizes, vocabulary: Int) -> [StepProduct] {
    let (d, w, f) = (sizes.modelWidth, sizes.heads * sizes.headWidth, sizes.expertWidth)
    let rows = sizes.batch / sizes.shards
    let (tokens, keys) = (rows * sizes.segment, sizes.memory + sizes.segment)
    let perExpert = max(1, tokens * sizes.k / sizes.experts)
    // A map of `rows` rows from `inputs` to `outputs` numbers; backward, keys and values of memory need no dx.
    let maps: [(name: String, rows: Int, rowsWithGradient: Int, inputs: Int, outputs: Int, batch: Int, layers: Int)] = [
      ("W_q", tokens, tokens, d, w, 1, sizes.layers),
      ("W_k, W_v", rows * keys, tokens, d, 2 * w, 1, sizes.layers),
      ("W_R", keys, 0, d, w, 1, sizes.layers),
      ("W_O", tokens, tokens, w, d, 1, sizes.layers),
      ("W_r", tokens, tokens, d, sizes.experts, 1, sizes.layers),
      ("W1", perExpert, perExpert, d, f, sizes.experts, sizes.layers),
      ("W2", perExpert, perExpert, f, d, sizes.experts, sizes.layers),
      ("Emb", tokens, tokens, d, vocabulary, 1, 1),
    ]
    return maps.flatMap { map in
      Pass.allCases.compactMap { pass in
        let (m, k, n) =
          switch pass {
          case .forward: (map.rows, map.inputs, map.outputs)
          case .input: (map.rowsWithGradient, map.outputs, map.inputs)
          case .weight: (map.outputs, map.rows, map.inputs)
          }
        guard m > 0 else { return nil }
        return StepProduct(
          name: map.name, pass: pass, problem: MatrixBenchmark.Problem(m: m, k: k, n: n, batch: map.batch),
          times: map.layers * sizes.shards)
      }
    }
  }
}
