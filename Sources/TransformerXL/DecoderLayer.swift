import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// One layer of the decoder: attention over memory and segment, then the feed-forward half.
///
/// Layers differ in where their LayerNorms stand: in their equations, not in what they store.
public protocol DecoderLayer<Scalar>: Layer {
  /// Attention, the feed-forward half, and the LayerNorm of each.
  var halves: DecoderHalves<Scalar> { get }

  /// Creates a layer of two halves.
  init(_ halves: DecoderHalves<Scalar>)

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
  ) -> LayerOutput<Scalar>

  /// Returns what attention reads of hidden states: the states themselves or their LayerNorm, row by row.
  ///
  /// - Parameter h: Hidden states, …×d.
  /// - Returns: The same shape.
  func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar>

  /// Does what follows attention: both residual sums and the second half.
  ///
  /// - Parameters:
  ///   - h: Hidden states, B×T×d.
  ///   - a: What attention made of them, B×T×d.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: B×T×d, what a router decided and what it adds to the loss, if it does.
  func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar>
}

extension DecoderLayer {
  /// Self-attention over memory and segment.
  public var attention: RelativeAttention<Scalar> { halves.attention }
  /// The LayerNorm of the first half.
  public var attentionNorm: LayerNorm<Scalar> { halves.attentionNorm }
  /// The second half.
  public var feedForward: any FeedForward<Scalar> { halves.feedForward }
  /// The LayerNorm of the second half.
  public var feedForwardNorm: LayerNorm<Scalar> { halves.feedForwardNorm }

  /// The weights of both halves.
  public var parameters: [Parameter<Scalar>] {
    attention.parameters + attentionNorm.parameters + feedForward.parameters + feedForwardNorm.parameters
  }
  /// The fixed weights of the router.
  public var frozen: [Frozen<Scalar>] { feedForward.frozen }

  /// Returns a layer that shares all weights with this one but for the second half's.
  ///
  /// - Parameter half: The new second half.
  /// - Returns: A layer with the same equations.
  public func replacing(feedForward half: any FeedForward<Scalar>) -> Self {
    Self(halves.replacing(feedForward: half))
  }

  /// Attention of h to a context, with both as the layer's equations hand them over.
  func attended(
    _ h: Variable<Scalar>, context: Variable<Scalar>, remembered: Int = 0, attending: AttentionInputs<Scalar>,
    random: Random?
  ) -> Variable<Scalar> {
    attention(
      h, context: context, remembered: remembered, positions: attending.R, u: attending.u, v: attending.v,
      random: random?.child(named: "attention weights"))
  }

  /// The feed-forward half of every token.
  func mixed(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    feedForward.forEachToken(h, k: k, random: random?.child(named: "feed-forward"))
  }

  /// Dropout on what a half adds to the hidden states.
  func drop(_ x: Variable<Scalar>, of half: String, random: Random?) -> Variable<Scalar> {
    halves.dropout(x, random: random?.child(named: "\(half) output"))
  }
}

/// What the attention of all layers shares.
public struct AttentionInputs<Scalar: Real> {
  let R: Variable<Scalar>  // positions, K×d
  let u: Variable<Scalar>  // content bias, w
  let v: Variable<Scalar>  // position bias, w
}
