import Tensors

/// A trainable weight: a named tensor that the optimiser changes between steps.
///
/// During a step it is only read, by any number of threads.
public final class Parameter<Scalar: Real>: @unchecked Sendable {
  /// The name in checkpoints and gradients, unique within a model, such as `layers.0.attention.query.weight`.
  public let name: String
  /// The current value.
  public var value: Tensor<Scalar>

  /// Creates a parameter.
  public init(_ name: String, _ value: Tensor<Scalar>) {
    self.name = name
    self.value = value
  }
}

/// A weight that is never trained: it is on no tape, has no gradient and no optimiser state.
///
/// Its type says so: what is declared `Frozen` (the fixed hypernetwork of HyperRouter, the router of SMoE-Dropout) cannot
/// be given to an optimiser. Only reading a checkpoint replaces the value.
public final class Frozen<Scalar: Real>: @unchecked Sendable {
  /// The name in checkpoints, unique within a model.
  public let name: String
  /// The value.
  public private(set) var value: Tensor<Scalar>

  /// Creates a frozen weight.
  public init(_ name: String, _ value: Tensor<Scalar>) {
    self.name = name
    self.value = value
  }

  /// Replaces the value by one read from a checkpoint.
  public func restore(_ stored: Tensor<Scalar>) {
    precondition(stored.shape == value.shape, "restore: shape \(stored.shape) for \(name) of shape \(value.shape)")
    value = stored
  }
}
