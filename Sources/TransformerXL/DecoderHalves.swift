import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// What every decoder layer stores, wherever its LayerNorms stand: attention, a feed-forward half, and a LayerNorm for each.
public struct DecoderHalves<Scalar: Real> {
  /// Self-attention over memory and segment, B×T×d → B×T×d.
  public let attention: RelativeAttention<Scalar>
  /// The LayerNorm of the first half.
  public let attentionNorm: LayerNorm<Scalar>
  /// The second half, n×d → n×d.
  public private(set) var feedForward: any FeedForward<Scalar>
  /// The LayerNorm of the second half.
  public let feedForwardNorm: LayerNorm<Scalar>
  let dropout: Dropout<Scalar>

  /// Makes both halves with initial weights.
  ///
  /// - Parameter shared: The hypernetwork that all layers use, if they share one.
  public init(
    _ name: String, _ configuration: Configuration, sharing shared: Hypernetwork<Scalar>?,
    initializer: Initializer<Scalar>
  ) {
    let width = configuration.modelWidth
    attention = RelativeAttention("\(name).attention", configuration, initializer: initializer)
    attentionNorm = LayerNorm("\(name).attention.norm", width: width, initializer: initializer)
    feedForward = configuration.makeFeedForward("\(name).feedForward", sharing: shared, initializer: initializer)
    feedForwardNorm = LayerNorm("\(name).feedForward.norm", width: width, initializer: initializer)
    dropout = Dropout(rate: configuration.dropout)
  }

  /// Returns halves that share all weights with these but for the second one's.
  func replacing(feedForward half: any FeedForward<Scalar>) -> DecoderHalves {
    var halves = self
    halves.feedForward = half
    return halves
  }
}
