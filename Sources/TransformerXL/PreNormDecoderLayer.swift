import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// A decoder layer with LayerNorm before each sublayer.
///
///     h ← h + drop(Attention(LN(h), LN([mem ; h])))
///     h ← h + drop(MoE(LN(h)))
///
/// Equation [pre-norm] in NOTES.md.
public struct PreNormDecoderLayer<Scalar: Real>: DecoderLayer {
  /// Self-attention over memory and segment.
  public let attention: RelativeAttention<Scalar>
  /// The LayerNorm of the first half.
  public let attentionNorm: LayerNorm<Scalar>
  /// The second half.
  public let feedForward: any FeedForwardHalf<Scalar>
  /// The LayerNorm of the second half.
  public let feedForwardNorm: LayerNorm<Scalar>
  let dropout: Dropout<Scalar>

  /// Returns a layer with the same weights but for the second half.
  ///
  /// - Parameter half: The new second half.
  /// - Returns: A layer that shares the weights of the first half with this one.
  public func replacing(feedForward half: any FeedForwardHalf<Scalar>) -> any DecoderLayer<Scalar> {
    PreNormDecoderLayer(
      attention: attention, attentionNorm: attentionNorm, feedForward: half, feedForwardNorm: feedForwardNorm,
      dropout: dropout)
  }

  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - h: Hidden states, B×T×d.
  ///   - context: [memory ; h], B×K×d.
  ///   - attending: Positions and biases.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: B×T×d, what a router decided and what it adds to the loss.
  public func callAsFunction(
    _ h: Variable<Scalar>, context: Variable<Scalar>, attending: AttentionInputs<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?, auxiliaryLoss: Variable<Scalar>?) {
    let c = attentionInput(context)
    let current = c.sliced(1, c.shape[1] - h.shape[1]..<c.shape[1])
    let a = attention(
      current, context: c, positions: attending.R, u: attending.u, v: attending.v,
      random: random?.child(named: "attention weights"))
    return completed(h, attention: a, k: k, random: random)
  }

  /// Returns what attention reads: the LayerNorm of the hidden states.
  ///
  /// - Parameter h: Hidden states, …×d.
  /// - Returns: The same shape.
  public func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar> { attentionNorm(h) }

  /// Does what follows attention: both residual sums and the second half.
  ///
  /// - Parameters:
  ///   - h: Hidden states, B×T×d.
  ///   - a: What attention made of them, B×T×d.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: B×T×d, what a router decided and what it adds to the loss.
  public func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> (output: Variable<Scalar>, routing: RoutingRecord<Scalar>?, auxiliaryLoss: Variable<Scalar>?) {
    let h1 = h + dropout(a, random: random?.child(named: "attention output"))
    let (y, routing, auxiliaryLoss) = feedForward.forEachToken(
      feedForwardNorm(h1), k: k, random: random?.child(named: "feed-forward"))
    return (h1 + dropout(y, random: random?.child(named: "feed-forward output")), routing, auxiliaryLoss)
  }
}
