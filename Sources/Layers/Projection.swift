import Autograd
import Tensors

/// A linear layer without bias: y = x Wᵀ.
public struct Projection<Scalar: Real>: Layer {
  let weight: Parameter<Scalar>  // W, out×in

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - name: Prefix of the weight's name.
  ///   - inputs: The length of x.
  ///   - outputs: The length of y.
  public init(_ name: String, inputs: Int, outputs: Int, initializer: Initializer<Scalar>) {
    weight = initializer.parameter("\(name).weight", [outputs, inputs])
  }

  /// W.
  public var parameters: [Parameter<Scalar>] { [weight] }

  /// Applies the layer.
  ///
  /// - Parameter x: …×in.
  /// - Returns: …×out.
  public func callAsFunction(_ x: Variable<Scalar>) -> Variable<Scalar> {
    affine(x, weight: x.tape(weight))
  }

  /// Applies the layer to matrices whose first rows are constants, as memory is.
  ///
  /// - Parameters:
  ///   - x: batch×rows×in.
  ///   - constantRows: How many rows of each matrix need no gradient.
  /// - Returns: batch×rows×out.
  public func callAsFunction(_ x: Variable<Scalar>, constantRows: Int) -> Variable<Scalar> {
    projected(x, constantRows: constantRows, weight: x.tape(weight))
  }
}
