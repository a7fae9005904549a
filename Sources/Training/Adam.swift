import Autograd
import Kernels
import Tensors

/// The Adam optimiser (Kingma, Ba 2015), with the whole gradient's norm clipped first, and weights that decay by themselves
/// (Loshchilov, Hutter 2019) if asked for.
///
///     g ← g · min(1, clip / ‖g‖)
///     m ← β₁ m + (1−β₁) g,   v ← β₂ v + (1−β₂) g²
///     w ← (1 − η λ) w − η · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)
///
/// λ concerns matrices alone: what has one dimension (biases, gains, a router's e) does not decay.
///
/// Equation [adam] in NOTES.md.
public struct Adam<Scalar: Real>: Sendable {
  /// The first and second moments of one parameter's gradient.
  public struct Moments: Sendable {
    /// m, of the parameter's shape.
    public internal(set) var first: Tensor<Scalar>
    /// v, of the parameter's shape; nowhere negative.
    public internal(set) var second: Tensor<Scalar>
  }

  /// β₁.
  public static var beta1: Double { 0.9 }
  /// β₂.
  public static var beta2: Double { 0.999 }
  /// ε.
  public static var epsilon: Double { 1e-8 }

  /// t: how many updates were made.
  public private(set) var updates = 0
  /// Moments by parameter name.
  public private(set) var moments: [String: Moments] = [:]

  /// Creates an optimiser without history, or restores one.
  public init(updates: Int = 0, moments: [String: Moments] = [:]) { (self.updates, self.moments) = (updates, moments) }

  /// Changes every parameter against its gradient.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func update(
    _ parameters: [Parameter<Scalar>], _ gradients: Gradients<Scalar>, norm: Double, learningRate: Double,
    clip: Double, weightDecay: Double = 0, factors: [String: Double] = [:], workers: Workers = .one
  ) {
    updates += 1
    let gradientScale = norm > clip ? clip / norm : 1
    let corrections = (1 - Self.power(Self.beta1, updates), 1 - Self.power(Self.beta2, updates))
    for parameter in parameters {
      let shape = parameter.value.shape
      let gradient = gradients[parameter] ?? .zeros(shape)
      let rate = learningRate * factors[parameter.name, default: 1]
      // Taken out of the dictionary, so that the moments are unshared and change in place.
      var state = moments.removeValue(forKey: parameter.name) ?? Moments(first: .zeros(shape), second: .zeros(shape))
      gradient.withUnsafePointer { g in
        parameter.value.withUnsafeMutablePointer { w in
          state.first.withUnsafeMutablePointer { m in
            state.second.withUnsafeMutablePointer { v in
              Kernel.adamStep(
                parameter: w, gradient: g, first: m, second: v, count: shape.count,
                learningRate: Scalar(rate), decay: Scalar(shape.rank > 1 ? rate * weightDecay : 0),
                beta1: Scalar(Self.beta1), beta2: Scalar(Self.beta2), epsilon: Scalar(Self.epsilon),
                correction1: Scalar(corrections.0), correction2: Scalar(corrections.1),
                gradientScale: Scalar(gradientScale), workers: workers)
            }
          }
        }
      }
      moments[parameter.name] = state
    }
  }

  /// The power of a number by repeated squaring: the same bits on every platform.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
