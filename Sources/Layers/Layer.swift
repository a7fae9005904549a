import Autograd
import Tensors

/// A part of a model that owns weights.
///
/// A layer is a struct of constants: other layers, trainable ``/Autograd/Parameter``s and ``/Autograd/Frozen`` weights. It is
/// called like a function; what changes from call to call (inputs, k, randomness) is an argument.
public protocol Layer<Scalar> {
  /// The number type of its weights.
  associatedtype Scalar: Real
  /// All trainable weights, in a fixed order.
  var parameters: [Parameter<Scalar>] { get }
  /// All weights that are never trained, in a fixed order.
  var frozen: [Frozen<Scalar>] { get }
}

extension Layer {
  /// None, unless a layer says otherwise.
  public var frozen: [Frozen<Scalar>] { [] }

  /// How many numbers are trained.
  public var trainableCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  /// How many numbers never change.
  public var fixedCount: Int { frozen.reduce(0) { $0 + $1.value.count } }
}
