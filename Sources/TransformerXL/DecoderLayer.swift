import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// One layer of the decoder: attention over memory and segment, then the feed-forward half.
public protocol DecoderLayer<Scalar>: Layer {
  /// Self-attention over memory and segment.
  var attention: RelativeAttention<Scalar> { get }
  /// The LayerNorm of the first half.
  var attentionNorm: LayerNorm<Scalar> { get }
  /// The second half.
  var feedForward: any FeedForwardHalf<Scalar> { get }
  /// The LayerNorm of the second half.
  var feedForwardNorm: LayerNorm<Scalar> { get }

  /// Returns a layer with the same weights but for the second half.
  ///
  /// - Parameter half: The new second half.
  /// - Returns: A layer that shares the weights of the first half with this one.
  func replacing(feedForward half: any FeedForwardHalf<Scalar>) -> any DecoderLayer<Scalar>

  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - h: Hidden states, B×T×d.
  ///   - context: [memory ; h], B×K×d.
  ///   - attending: What all layers share.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: B×T×d, what a router decided and what it adds to the loss, if it does.
  func callAsFunction(
    _ h: Variable<Scalar>, context: Variable<Scalar>, attending: AttentionInputs<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?, auxiliaryLoss: Variable<Scalar>?)

  /// Returns what attention reads of hidden states: the states themselves or their LayerNorm, row by row.
  ///
  /// - Parameter h: Hidden states, …×d.
  /// - Returns: The same shape.
  func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar>

  /// Does what follows attention.
  ///
  /// - Parameters:
  ///   - h: Hidden states, B×T×d.
  ///   - a: What attention made of them, B×T×d.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: B×T×d, what a router decided and what it adds to the loss, if it does.
  func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?, auxiliaryLoss: Variable<Scalar>?)
}

extension DecoderLayer {
  /// The weights of both halves.
  public var parameters: [Parameter<Scalar>] {
    attention.parameters + attentionNorm.parameters + feedForward.parameters + feedForwardNorm.parameters
  }
  /// The fixed weights of the router.
  public var frozen: [Frozen<Scalar>] { feedForward.frozen }
}

/// What the attention of all layers shares.
public struct AttentionInputs<Scalar: Real> {
  let R: Variable<Scalar>  // positions, K×d
  let u: Variable<Scalar>  // content bias, w
  let v: Variable<Scalar>  // position bias, w
}
