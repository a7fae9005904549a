import Kernels
import RunFiles
import Tensors

/// Measures matrix products beside the multiply-add peak of the cores that compute them.
public struct MatrixBenchmark: Sendable {
  /// One product: C (m×n) = A (m×k) · B (k×n), or several independent ones.
  public struct Problem: Hashable, Sendable {
    /// The rows of A and C.
    public let m: Int
    /// The columns of A and rows of B.
    public let k: Int
    /// The columns of B and C.
    public let n: Int
    /// How many products.
    public var batch = 1

    /// Floating-point operations.
    var operations: Double { 2 * Double(m) * Double(k) * Double(n) * Double(batch) }
  }

  /// Which factors lie in memory transposed.
  public enum Transpose: String, CaseIterable, Codable, Sendable {
    /// None.
    case none = "nn"
    /// The right one: x Wᵀ, a linear layer.
    case right = "nt"
    /// The left one: zᵀ x, the gradient of a weight.
    case left = "tn"
    /// Both.
    case both = "tt"
  }

  /// One line of the table.
  public struct Row: Codable, Described, Sendable {
    package static let words = """
      matmul_row: (m×k)·(k×n) products, as many at once as batch says
      m, k, n, batch, scalar
      gflops: median
      transpose: which of the two operands is transposed
      """

    /// The rows of A.
    public let m: Int
    /// The columns of A.
    public let k: Int
    /// The columns of B.
    public let n: Int
    /// How many products at once.
    public let batch: Int
    /// `Float` or `Double`.
    public let scalar: String
    /// Which factors are transposed.
    public let transpose: Transpose
    /// The threads.
    public let threads: Int
    /// 10⁹ floating-point operations a second: the median.
    public let gflops: Double
    /// The median over the peak of as many cores, measured in turns with the product.
    public let ofPeak: Double
    /// The distance of that ratio's quartiles, relative to it.
    public let spread: Double
  }

  let isQuick: Bool

  /// Prepares measurements.
  public init(isQuick: Bool) {
    self.isQuick = isQuick
  }

  /// Products as large as the layers of the paper's model, and two square ones.
  public static let large = [(1024, 256, 512), (1024, 512, 256), (128, 256, 512), (512, 512, 512), (1024, 1024, 1024)]
    .map { Problem(m: $0, k: $1, n: $2) }
  /// Products whose edges fill no tile.
  public static let edges = [Problem(m: 64, k: 64, n: 128), Problem(m: 1024, k: 64, n: 205)]
  /// Scores and sums of attention, for 64 heads.
  public static let batched = [Problem(m: 128, k: 64, n: 256, batch: 64), Problem(m: 128, k: 256, n: 64, batch: 64)]

  /// Measures the whole table.
  public func callAsFunction(threads: [Int]) -> [Row] {
    let transposed = Self.large.filter { $0.m * $0.k * $0.n < 1 << 30 }
    return threads.flatMap { threads -> [Row] in
      var rows = (Self.large + Self.edges + Self.batched).map { row($0, Float.self, .none, threads) }
      for problem in transposed {
        rows += [Transpose.right, .left, .both].map { row(problem, Float.self, $0, threads) }
      }
      for problem in transposed {
        rows += Transpose.allCases.map { row(problem, Double.self, $0, threads) }
      }
      return rows
    }
  }

  /// Measures one product.
  public func row<S: Real>(
    _ problem: Problem, _ scalar: S.Type, _ transpose: Transpose, _ threads: Int, over bytes: Int = 0
  ) -> Row {
    let workers = Workers(count: threads)
    var random = Random(seed: 1)
    let (m, k, n) = (problem.m, problem.k, problem.n)
    let numbers = problem.batch * (m * k + k * n + m * n)
    let copies = max(1, bytes / (numbers * MemoryLayout<S>.stride))
    let a = Tensor<S>.normal([copies * problem.batch * m * k], random: &random)
    let b = Tensor<S>.normal([copies * problem.batch * k * n], random: &random)
    var c = Tensor<S>.zeros([copies * problem.batch * m * n])
    // A product shorter than a tenth of a millisecond is repeated, so that the clock does not matter.
    let repeats = max(1, Int((2e7 * Double(threads) / problem.operations).rounded(.up)))
    var (seconds, ratios): ([Double], [Double]) = ([], [])
    c.withUnsafeMutablePointer { c in
      a.withUnsafePointer { a in
        b.withUnsafePointer { b in
          let (left, right) = (transpose == .left || transpose == .both, transpose == .right || transpose == .both)
          let products = (0..<copies).map { copy in
            (0..<problem.batch).map { index in
              let place = copy * problem.batch + index
              return MatrixProduct<S>(
                rows: m, columns: n, depth: k,
                a: MatrixOperand(a + place * m * k, rowStride: left ? 1 : k, columnStride: left ? m : 1),
                b: MatrixOperand(b + place * k * n, rowStride: right ? 1 : n, columnStride: right ? k : 1),
                c: c + place * m * n, cRowStride: n)
            }
          }
          for copy in products { MatrixProduct.multiply(copy, workers: workers) }
          var next = 0
          for _ in 0..<(isQuick ? 5 : 15) {
            let peak = MultiplyAddPeak.gigaflops(S.self, repeats: 1, workers: workers)
            let time = Timing.seconds {
              for _ in 0..<repeats {
                MatrixProduct.multiply(products[next], workers: workers)
                next = (next + 1) % copies
              }
            }
            seconds.append(time / Double(repeats))
            ratios.append(problem.operations * 1e-9 / (time / Double(repeats)) / peak)
          }
        }
      }
    }
    let ratio = Timing(ratios)
    return Row(
      m: m, k: k, n: n, batch: problem.batch, scalar: "\(S.self)", transpose: transpose, threads: threads,
      gflops: problem.operations * 1e-9 / Timing(seconds).median, ofPeak: ratio.median, spread: ratio.spread)
  }
}
