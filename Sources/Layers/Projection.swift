import Autograd
import Tensors

/// A linear layer without bias: y = x Wᵀ.
public struct Projection<Scalar: Real>: Layer {
  let weight: Parameter<Scalar>  // W, out×in

  /// Creates the layer; W is called by the layer's name and `.weight`.
  public init(_ name: String, inputs: Int, outputs: Int, initializer: Initializer<Scalar>) {
    weight = initializer.parameter("\(name).weight", [outputs, inputs])
  }

  /// W.
  public var parameters: [Parameter<Scalar>] { [weight] }

  /// Applies the layer, …×in → …×out.
  public func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    affine(x, weight: x.tape(weight))
  }

  /// Applies the layer to matrices whose first rows are constants, as memory is: batch×rows×in → batch×rows×out.
  public func callAsFunction(_ x: Variable<Scalar>, constantRows: Int) -> Variable<Scalar> {
    projected(x, constantRows: constantRows, weight: x.tape(weight))
  }
}
