import Autograd
import Tensors

/// Makes initial weights as the release does: N(0, 0.02²) for every linear map and embedding, LayerNorm gains N(1, 0.02²),
/// biases 0.
///
/// A weight's numbers depend on the seed and its name alone. So models that differ in one part (the router) begin with
/// the same weights everywhere else, and comparing them compares that part.
public struct Initializer<Scalar: Real>: Sendable {
  private let random: Random?

  /// The standard deviation of all weights but e.
  public static var standardDeviation: Double { 0.02 }

  /// Creates an initializer; the seed is the run's.
  public init(seed: UInt64) {
    random = Random(seed: seed).child(named: "weights")
  }

  /// Makes weights that have names and shapes, but take no memory, so that those of any size can be counted.
  public static var outlines: Initializer { Initializer(random: nil) }

  private init(random: Random?) {
    self.random = random
  }

  /// Normally distributed weights.
  public func normal(
    _ name: String, _ shape: Shape, mean: Double = 0, standardDeviation: Double = Self.standardDeviation
  ) -> Tensor<Scalar> {
    guard var own = random?.child(named: name) else { return outline(shape) }
    return .normal(shape, mean: mean, standardDeviation: standardDeviation, random: &own)
  }

  /// A trainable weight with normally distributed entries.
  public func parameter(
    _ name: String, _ shape: Shape, mean: Double = 0, standardDeviation: Double = Self.standardDeviation
  ) -> Parameter<Scalar> {
    Parameter(name, normal(name, shape, mean: mean, standardDeviation: standardDeviation))
  }

  /// A fixed weight with normally distributed entries, `scale` times as large as others.
  public func frozen(_ name: String, _ shape: Shape, scale: Double = 1) -> Frozen<Scalar> {
    Frozen(name, normal(name, shape, standardDeviation: Self.standardDeviation * scale))
  }

  /// A trainable weight of zeros.
  public func zeros(_ name: String, _ shape: Shape) -> Parameter<Scalar> {
    Parameter(name, random == nil ? outline(shape) : .zeros(shape))
  }

  /// A fixed weight of zeros.
  public func frozenZeros(_ name: String, _ shape: Shape) -> Frozen<Scalar> {
    Frozen(name, random == nil ? outline(shape) : .zeros(shape))
  }

  /// One zero that is seen as a tensor of any size.
  private func outline(_ shape: Shape) -> Tensor<Scalar> { Tensor(0).broadcast(to: shape) }
}
