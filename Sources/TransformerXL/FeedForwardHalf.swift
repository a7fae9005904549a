import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// The second half of a decoder layer: a mixture of experts, or the dense network it is compared with.
public protocol FeedForwardHalf<Scalar>: Layer {
  /// The trainable weights that decide routing; none in a dense network.
  var routerParameters: [Parameter<Scalar>] { get }

  /// Applies the half.
  ///
  /// - Parameters:
  ///   - h: Tokens, n×d.
  ///   - k: Experts for each token; ignored by a dense network.
  ///   - random: The randomness of dropout; nil in evaluation.
  /// - Returns: n×d, and what a router decided, if there is one.
  func forward(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?)
}

extension FeedForwardHalf {
  /// How many trainable numbers decide routing.
  public var trainableRoutingCount: Int { routerParameters.reduce(0) { $0 + $1.value.count } }

  /// Applies the half to every token of a batch.
  ///
  /// - Parameters:
  ///   - h: B×T×d.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout.
  /// - Returns: B×T×d, and what a router decided.
  func forEachToken(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?) {
    let tokens = h.reshaped([h.shape[0] * h.shape[1], h.shape[2]])
    let (output, routing) = forward(tokens, k: k, random: random)
    return (output.reshaped(h.shape), routing)
  }
}

extension MoELayer: FeedForwardHalf {
  /// What the router trains: W_r and b_r, nothing, or embeddings.
  public var routerParameters: [Parameter<Scalar>] { router.parameters }

  /// Applies the mixture of experts.
  ///
  /// - Parameters:
  ///   - h: Tokens, n×d.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout; nil in evaluation.
  /// - Returns: n×d, and what the router decided.
  public func forward(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?) {
    let (output, routing) = self(h, k: k, random: random)
    return (output, routing)
  }
}

extension DenseFeedForward: FeedForwardHalf {
  /// None.
  public var routerParameters: [Parameter<Scalar>] { [] }

  /// Applies the dense network.
  ///
  /// - Parameters:
  ///   - h: Tokens, n×d.
  ///   - k: Ignored.
  ///   - random: The randomness of dropout; nil in evaluation.
  /// - Returns: n×d, and no routing.
  public func forward(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?) {
    (self(h, random: random), nil)
  }
}
