import Autograd
import Layers
import Tensors

/// What decides which experts see a token: a map from its representation to one logit for each expert.
public protocol Router<Scalar>: Layer {
  /// Scores the experts. Required, so that a router with logits of its own is heard through `any Router` too.
  ///
  /// - Parameter h: Tokens, n×d.
  /// - Returns: Logits, n×N.
  func logits(_ h: Variable<Scalar>) -> Variable<Scalar>
}

extension Router {
  /// How many trainable numbers decide routing.
  public var trainableCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}
