import Tensors

/// A tensor on a tape.
///
/// Operations take and return variables; ``value`` leaves the tape, and with it every gradient.
public struct Variable<Scalar: Real> {
  /// The value.
  public let value: Tensor<Scalar>
  /// The place on the tape, or nil for a constant.
  let node: Int?
  /// The tape.
  public let tape: Tape<Scalar>

  /// The shape of the value.
  public var shape: Shape { value.shape }

  /// Whether gradients flow into this variable.
  public var needsGradient: Bool { node != nil }

  /// Returns the same value as a constant: the stop-gradient.
  ///
  /// - Returns: A variable that passes no gradient on.
  public func detached() -> Variable { tape.constant(value) }
}
