import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// One layer of Transformer-XL: attention over memory and segment, then the feed-forward sublayer.
///
/// Layers differ in where their LayerNorms stand: in their equations, not in what they store.
protocol DecoderLayer<Scalar>: Layer {
  /// Attention, the feed-forward network, and the LayerNorm of each.
  var sublayers: DecoderSublayers<Scalar> { get set }

  /// Applies the layer to hidden states B×T×d in a context [memory ; h], B×K×d.
  func callAsFunction(
    _ h: Variable<Scalar>, context: Variable<Scalar>, attending: AttentionInputs<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar>

  /// What attention reads of hidden states, …×d: the states themselves or their LayerNorm, row by row.
  func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar>

  /// Does what follows attention, B×T×d: both residual sums and the feed-forward sublayer.
  func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar>
}

extension DecoderLayer {
  /// The weights of both sublayers.
  public var parameters: [Parameter<Scalar>] {
    sublayers.attention.parameters + sublayers.attentionNorm.parameters + sublayers.feedForward.parameters
      + sublayers.feedForwardNorm.parameters
  }
  /// The fixed weights of the router.
  public var frozen: [Frozen<Scalar>] { sublayers.feedForward.frozen }

  /// The feed-forward sublayer of every token.
  fileprivate func mixed(
    _ h: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    sublayers.feedForward.forEachToken(h, k: k, random: random?.child(named: "feed-forward"))
  }

  /// Dropout on what a sublayer adds to the hidden states.
  fileprivate func drop(_ x: Variable<Scalar>, of sublayer: String, random: Random?) -> Variable<Scalar> {
    sublayers.dropout(x, random: random?.child(named: "\(sublayer) output"))
  }
}

/// What every layer stores, wherever its LayerNorms stand.
struct DecoderSublayers<Scalar: Real> {
  let attention: RelativeAttention<Scalar>
  let attentionNorm: LayerNorm<Scalar>
  var feedForward: any FeedForward<Scalar>
  let feedForwardNorm: LayerNorm<Scalar>
  let dropout: Dropout<Scalar>

  /// Makes both sublayers with initial weights; `shared` is the hypernetwork that all layers use, if they share one.
  init(
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
}

/// A layer with LayerNorm after each residual sum, as the paper's release runs it, B×T×d → B×T×d.
///
///     h ← LN(h + drop(Attention(h, [mem ; h])))
///     h ← LN(h + drop(MoE(h)))
///
/// Equation [post-norm] in NOTES.md.
struct PostNormDecoderLayer<Scalar: Real>: DecoderLayer {
  var sublayers: DecoderSublayers<Scalar>

  /// Hidden states B×T×d in a context B×K×d.
  func callAsFunction(
    _ h: Variable<Scalar>, context: Variable<Scalar>, attending: AttentionInputs<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    // The rows before h are memory. (Before h of a pre-norm layer they are LN(memory), and LN has weights.)
    let remembered = context.shape[1] - h.shape[1]
    let a = sublayers.attention(h, context: context, remembered: remembered, attending, random: random)
    return completed(h, attention: a, k: k, random: random)
  }

  func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar> { h }

  func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    let h1 = sublayers.attentionNorm(h + drop(a, of: "attention", random: random))
    var result = mixed(h1, k: k, random: random)
    result.output = sublayers.feedForwardNorm(h1 + drop(result.output, of: "feed-forward", random: random))
    return result
  }
}

/// A layer with LayerNorm before each sublayer, B×T×d → B×T×d.
///
///     h ← h + drop(Attention(LN(h), LN([mem ; h])))
///     h ← h + drop(MoE(LN(h)))
///
/// Equation [pre-norm] in NOTES.md.
struct PreNormDecoderLayer<Scalar: Real>: DecoderLayer {
  var sublayers: DecoderSublayers<Scalar>

  /// Hidden states B×T×d in a context B×K×d.
  func callAsFunction(
    _ h: Variable<Scalar>, context: Variable<Scalar>, attending: AttentionInputs<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    // The context ends with h: its LayerNorm is computed once.
    let c = attentionInput(context)
    let current = c.sliced(1, c.shape[1] - h.shape[1]..<c.shape[1])
    let a = sublayers.attention(current, context: c, attending, random: random)
    return completed(h, attention: a, k: k, random: random)
  }

  func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar> { sublayers.attentionNorm(h) }

  func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    let h1 = h + drop(a, of: "attention", random: random)
    var result = mixed(sublayers.feedForwardNorm(h1), k: k, random: random)
    result.output = h1 + drop(result.output, of: "feed-forward", random: random)
    return result
  }
}
