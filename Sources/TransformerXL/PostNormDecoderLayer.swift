import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// A decoder layer with LayerNorm after each residual sum, as the paper's release runs it, B×T×d → B×T×d.
///
///     h ← LN(h + drop(Attention(h, [mem ; h])))
///     h ← LN(h + drop(MoE(h)))
///
/// Equation [post-norm] in NOTES.md.
public struct PostNormDecoderLayer<Scalar: Real>: DecoderLayer {
  /// Attention, the feed-forward half, and the LayerNorm of each.
  public let halves: DecoderHalves<Scalar>

  /// Creates a layer of two halves.
  public init(_ halves: DecoderHalves<Scalar>) {
    self.halves = halves
  }

  /// Applies the layer to hidden states B×T×d in a context B×K×d.
  public func callAsFunction(
    _ h: Variable<Scalar>, context: Variable<Scalar>, attending: AttentionInputs<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    // The rows before h are memory. (Before h of a pre-norm layer they are LN(memory), and LN has weights.)
    let remembered = context.shape[1] - h.shape[1]
    let a = attended(h, context: context, remembered: remembered, attending: attending, random: random)
    return completed(h, attention: a, k: k, random: random)
  }

  /// Returns what attention reads: the hidden states themselves, …×d.
  public func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar> { h }

  /// Does what follows attention: both residual sums, each with its LayerNorm, and the second half; B×T×d → B×T×d.
  public func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    let h1 = attentionNorm(h + drop(a, of: "attention", random: random))
    var result = mixed(h1, k: k, random: random)
    result.output = feedForwardNorm(h1 + drop(result.output, of: "feed-forward", random: random))
    return result
  }
}
