import Autograd
import Tensors

/// A linear layer with bias: y = φ(x Wᵀ + b).
public struct Linear<Scalar: Real>: Layer {
  let weight: Parameter<Scalar>  // W, out×in
  let bias: Parameter<Scalar>  // b, out

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - name: Prefix of the weights' names.
  ///   - inputs: The length of x.
  ///   - outputs: The length of y.
  ///   - initializer: Where weights come from.
  public init(_ name: String, inputs: Int, outputs: Int, initializer: Initializer<Scalar>) {
    weight = initializer.parameter("\(name).weight", [outputs, inputs])
    bias = initializer.zeros("\(name).bias", [outputs])
  }

  /// W and b.
  public var parameters: [Parameter<Scalar>] { [weight, bias] }

  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - x: …×in.
  ///   - activation: φ.
  /// - Returns: …×out.
  public func callAsFunction(_ x: Variable<Scalar>, activation: Activation = .identity) -> Variable<Scalar> {
    affine(x, weight: x.tape(weight), bias: x.tape(bias), activation: activation)
  }
}
