import Autograd
import Tensors

/// Makes initial weights as the release does: N(0, 0.02²) for every linear map and embedding, LayerNorm gains N(1, 0.02²),
/// biases 0.
///
/// A weight's numbers depend on the seed and its name alone. So models that differ in one part (the router) begin with
/// the same weights everywhere else, and comparing them compares that part.
public struct Initializer<Scalar: Real>: Sendable {
  private let random: Random

  /// The standard deviation of all weights but e.
  public static var standardDeviation: Double { 0.02 }

  /// Creates an initializer.
  ///
  /// - Parameter seed: The run's seed.
  public init(seed: UInt64) {
    random = Random(seed: seed).child(named: "weights")
  }

  /// Returns normally distributed weights.
  ///
  /// - Returns: The same numbers for the same seed, name and shape.
  public func normal(
    _ name: String, _ shape: Shape, mean: Double = 0, standardDeviation: Double = Self.standardDeviation
  ) -> Tensor<Scalar> {
    var own = random.child(named: name)
    return .normal(shape, mean: mean, standardDeviation: standardDeviation, random: &own)
  }

  /// Returns a trainable weight with normally distributed entries.
  public func parameter(
    _ name: String, _ shape: Shape, mean: Double = 0, standardDeviation: Double = Self.standardDeviation
  ) -> Parameter<Scalar> {
    Parameter(name, normal(name, shape, mean: mean, standardDeviation: standardDeviation))
  }

  /// Returns a fixed weight with normally distributed entries.
  ///
  /// - Parameters:
  ///   - scale: How many times as large as other weights it is.
  /// - Returns: A frozen weight.
  public func frozen(_ name: String, _ shape: Shape, scale: Double = 1) -> Frozen<Scalar> {
    Frozen(name, normal(name, shape, standardDeviation: Self.standardDeviation * scale))
  }

  /// Returns a trainable weight of zeros.
  public func zeros(_ name: String, _ shape: Shape) -> Parameter<Scalar> {
    Parameter(name, .zeros(shape))
  }
}
