import Autograd
import Tensors

/// Layer normalisation over the last axis with gain γ and bias β (Ba, Kiros, Hinton 2016).
public struct LayerNorm<Scalar: Real>: Layer {
  let gain: Parameter<Scalar>  // γ, d
  let bias: Parameter<Scalar>  // β, d

  /// ε, added to the variance.
  public static var epsilon: Scalar { 1e-5 }

  /// Creates the layer with γ ~ N(1, 0.02²) and β = 0, of length d.
  public init(_ name: String, width: Int, initializer: Initializer<Scalar>) {
    gain = initializer.parameter("\(name).gain", [width], mean: 1)
    bias = initializer.zeros("\(name).bias", [width])
  }

  /// γ and β.
  public var parameters: [Parameter<Scalar>] { [gain, bias] }

  /// Applies the layer, …×d → …×d.
  public func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    layerNorm(x, gain: x.tape(gain), bias: x.tape(bias), epsilon: Self.epsilon)
  }
}
