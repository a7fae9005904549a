import Kernels
import MixtureOfExperts
import RunFiles
import Tensors
import Training

/// Measures element-wise kernels and row kernels beside the time that their memory traffic alone would take.
public struct KernelBenchmark: Sendable {
  /// One line of the table.
  public struct Row: Codable, Described, Sendable {
    package static let words = "kernel_row: a kernel on count elements, beside copying as many bytes; medians"
    /// The kernel.
    public let kernel: String
    /// Elements, in or out of cache.
    public let count: Int
    /// The median, on one thread.
    public let nsPerElement: Double
    /// The time in which a copy moves as many bytes, over as much memory.
    public let copyNsPerElement: Double

    /// Sums up measurements.
    init(_ kernel: String, count: Int, bytes: Int, seconds: Double, copySeconds: Double) {
      self.kernel = kernel
      self.count = count
      nsPerElement = seconds * 1e9 / Double(count)
      copyNsPerElement = copySeconds * 1e9 / Double(8 * count) * Double(bytes)
    }
  }

  let isQuick: Bool

  /// Prepares measurements.
  public init(isQuick: Bool) {
    self.isQuick = isQuick
  }

  /// Measures all kernels on memory that fits into the second cache and on memory that fits into none.
  public func callAsFunction() -> [Row] {
    [65_536, 8_388_608].flatMap(rows)
  }

  func rows(count: Int) -> [Row] {
    var random = Random(seed: 1)
    let columns = 256
    let tensors = (0..<3).map { _ in Tensor<Float>.normal([count / columns, columns], random: &random) }
    let (x, y) = (tensors[0], tensors[1])
    let gain = Tensor<Float>([columns], repeating: 1)
    let copyTime = seconds { _ = x.scaled(by: 1) }
    func row(_ kernel: String, bytes: Int, _ work: () -> Void) -> Row {
      Row(kernel, count: count, bytes: bytes, seconds: seconds(work), copySeconds: copyTime)
    }
    var (w, m, v) = (tensors[2], tensors[2], Tensor<Float>(x.shape, repeating: 1))
    return [
      row("add", bytes: 12) { _ = x.adding(y) },
      row("exp", bytes: 8) { _ = x.exponential() },
      row("softmax rows of \(columns)", bytes: 8) { _ = x.softmax() },
      row("dropout", bytes: 8) { _ = x.droppingOut(rate: Float(Configuration.Defaults.dropout), key: 7) },
      row("layer norm rows of \(columns)", bytes: 8) {
        _ = Tensor<Float>.tensors([x.shape, [x.shape[0]], [x.shape[0]]]) { outputs in
          x.withUnsafePointer { x in
            gain.withUnsafePointer { gain in
              Kernel.layerNormRows(
                x, gain: gain, bias: gain, epsilon: 1e-5, rows: count / columns, columns: columns, into: outputs[0],
                mean: outputs[1], inverseDeviation: outputs[2], workers: .one)
            }
          }
        }
      },
      row("sum of squares", bytes: 4) { _ = x.sumOfSquares() },
      row("adam", bytes: 28) {
        x.withUnsafePointer { g in
          w.withUnsafeMutablePointer { w in
            m.withUnsafeMutablePointer { m in
              v.withUnsafeMutablePointer { v in
                Kernel.adamStep(
                  parameter: w, gradient: g, first: m, second: v, count: count, learningRate: 1e-3, decay: 0,
                  beta1: Float(Adam<Float>.beta1), beta2: Float(Adam<Float>.beta2),
                  epsilon: Float(Adam<Float>.epsilon), correction1: 1, correction2: 1, gradientScale: 1, workers: .one)
              }
            }
          }
        }
      },
    ]
  }

  private func seconds(_ work: () -> Void) -> Double {
    Timing(atLeast: 5, budget: isQuick ? 0.02 : 0.1, work).median
  }
}
