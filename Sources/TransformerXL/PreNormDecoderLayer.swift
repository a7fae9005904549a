import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// A decoder layer with LayerNorm before each sublayer, B×T×d → B×T×d.
///
///     h ← h + drop(Attention(LN(h), LN([mem ; h])))
///     h ← h + drop(MoE(LN(h)))
///
/// Equation [pre-norm] in NOTES.md.
public struct PreNormDecoderLayer<Scalar: Real>: DecoderLayer {
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
    // The context ends with h: its LayerNorm is computed once.
    let c = attentionInput(context)
    let current = c.sliced(1, c.shape[1] - h.shape[1]..<c.shape[1])
    let a = attended(current, context: c, attending: attending, random: random)
    return completed(h, attention: a, k: k, random: random)
  }

  /// Returns what attention reads: the LayerNorm of the hidden states, …×d.
  public func attentionInput(_ h: Variable<Scalar>) -> Variable<Scalar> { attentionNorm(h) }

  /// Does what follows attention: both residual sums and the second half of the LayerNorm; B×T×d → B×T×d.
  public func completed(
    _ h: Variable<Scalar>, attention a: Variable<Scalar>, k: Int, random: Random?
  ) -> LayerOutput<Scalar> {
    let h1 = h + drop(a, of: "attention", random: random)
    var result = mixed(feedForwardNorm(h1), k: k, random: random)
    result.output = h1 + drop(result.output, of: "feed-forward", random: random)
    return result
  }
}
