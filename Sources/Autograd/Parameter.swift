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
  ///
  /// - Parameters:
  ///   - name: The name, unique within the model.
  ///   - value: The initial value.
  public init(_ name: String, _ value: Tensor<Scalar>) {
    self.name = name
    self.value = value
  }
}
