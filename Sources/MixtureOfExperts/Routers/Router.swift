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

  /// Chooses experts for every token and weighs them. Required for the same reason; by default the k best of every token.
  ///
  /// - Parameters:
  ///   - logits: What ``logits(_:)`` returned, n×N.
  ///   - order: The order of softmax and top-k.
  ///   - k: Experts for each token, 1 ... N; on average where tokens differ.
  ///   - random: The randomness of the choice; nil in evaluation, where every token has k experts.
  /// - Returns: The choice and its weights.
  func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar>

  /// What is added to the loss in training, beside the prediction's. Required for the same reason; by default nothing.
  ///
  /// - Parameters:
  ///   - logits: What ``logits(_:)`` returned, n×N.
  ///   - assignment: What was chosen by them.
  /// - Returns: One number, or nil.
  func auxiliaryLoss(_ logits: Variable<Scalar>, _ assignment: TokenAssignment) -> Variable<Scalar>?
}

extension Router {
  /// Chooses the k experts with the largest logits.
  ///
  /// - Parameters:
  ///   - logits: n×N.
  ///   - order: The order of softmax and top-k.
  ///   - k: Experts for each token.
  ///   - random: Not used: nothing is left to chance.
  /// - Returns: The choice and its weights.
  public func gates(_ logits: Variable<Scalar>, order: GateOrder, k: Int, random: Random?) -> Gates<Scalar> {
    order(logits, k: k)
  }

  /// Adds nothing to the loss.
  ///
  /// - Parameters:
  ///   - logits: n×N.
  ///   - assignment: What was chosen by them.
  /// - Returns: Nil.
  public func auxiliaryLoss(_ logits: Variable<Scalar>, _ assignment: TokenAssignment) -> Variable<Scalar>? { nil }

  /// How many trainable numbers decide routing.
  public var trainableCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}
