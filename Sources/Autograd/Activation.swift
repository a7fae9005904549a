/// What an affine map does to its result before writing it, so that no second pass over memory is needed.
public enum Activation: Sendable {
  /// Nothing.
  case identity
  /// max(0, x).
  case relu
}
