import Autograd
import Tensors

/// Dropout that acts where it is given randomness, and does nothing in evaluation.
public struct Dropout<Scalar: Real>: Sendable {
  /// The probability to set an element to zero.
  public let rate: Double

  /// Creates the layer; the rate is 0 ..< 1.
  public init(rate: Double) {
    self.rate = rate
  }

  /// Applies dropout to any shape; `random` selects the mask, nil in evaluation.
  ///
  /// Give every place in a model a child of its own.
  public func callAsFunction(_ x: Variable<Scalar>, random: Random?) -> Variable<Scalar> {
    guard let random else { return x }
    return dropout(x, rate: Scalar(rate), key: random.key)
  }
}
