import Autograd
import Tensors

/// The feed-forward network that experts divide among themselves: y = W2 · drop(relu(W1 h + b1)) + b2.
public struct DenseFeedForward<Scalar: Real>: Layer {
  let weight1: Parameter<Scalar>  // W1, f′×d
  let bias1: Parameter<Scalar>  // b1, f′
  let weight2: Parameter<Scalar>  // W2, d×f′
  let bias2: Parameter<Scalar>  // b2, d
  let dropout: Dropout<Scalar>

  /// Creates the network d → f′ → d, with dropout on hidden units; f′ is N·f in the paper's comparison.
  public init(_ name: String, width: Int, hidden: Int, dropout: Double, initializer: Initializer<Scalar>) {
    weight1 = initializer.parameter("\(name).weight1", [hidden, width])
    bias1 = initializer.zeros("\(name).bias1", [hidden])
    weight2 = initializer.parameter("\(name).weight2", [width, hidden])
    bias2 = initializer.zeros("\(name).bias2", [width])
    self.dropout = Dropout(rate: dropout)
  }

  /// W1, b1, W2, b2.
  public var parameters: [Parameter<Scalar>] { [weight1, bias1, weight2, bias2] }

  /// Applies the layer, …×d → …×d; `random` is nil in evaluation.
  public func callAsFunction(_ h: Variable<Scalar>, random: Random?) -> Variable<Scalar> {
    let tape = h.tape
    let hidden = affine(h, weight: tape(weight1), bias: tape(bias1), activation: .relu)
    return affine(dropout(hidden, random: random), weight: tape(weight2), bias: tape(bias2))
  }
}
