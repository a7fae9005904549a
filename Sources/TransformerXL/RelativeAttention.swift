import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// Multi-head attention with relative positions: Transformer-XL's attention (Dai and others, 2019, section 3.3).
struct RelativeAttention<Scalar: Real>: Layer {
  let query: Projection<Scalar>  // W_q, w×d with w = H·d_h
  let keyValue: Projection<Scalar>  // W_k above W_v, 2w×d
  let position: Projection<Scalar>  // W_R, w×d
  let output: Projection<Scalar>  // W_O, d×w
  let heads: Int  // H
  let dropout: Double  // on attention weights

  /// Makes the layer with initial weights.
  init(_ name: String, _ configuration: Configuration, initializer: Initializer<Scalar>) {
    let (d, w) = (configuration.modelWidth, configuration.heads * configuration.headWidth)
    query = Projection("\(name).query", inputs: d, outputs: w, initializer: initializer)
    keyValue = Projection("\(name).keyValue", inputs: d, outputs: 2 * w, initializer: initializer)
    position = Projection("\(name).position", inputs: d, outputs: w, initializer: initializer)
    output = Projection("\(name).output", inputs: w, outputs: d, initializer: initializer)
    heads = configuration.heads
    dropout = configuration.attentionDropout
  }

  /// W_q, W_k and W_v, W_R, W_O.
  var parameters: [Parameter<Scalar>] {
    query.parameters + keyValue.parameters + position.parameters + output.parameters
  }

  /// Returns W_O (P v), B×T×d, of the tokens h that ask, B×T×d, in a context c = [memory ; h] that is looked at, B×K×d.
  ///
  /// Through the first `remembered` rows of the context, which are memory, no gradient flows.
  func callAsFunction(
    _ h: Variable<Scalar>, context c: Variable<Scalar>, remembered: Int = 0, _ attending: AttentionInputs<Scalar>,
    random: Random?
  ) -> Variable<Scalar> {
    attended(
      query: query(h), keyValue: keyValue(c, constantRows: remembered), position: position(attending.R),
      u: attending.u, v: attending.v, random: random?.child(named: "attention weights"))
  }

  /// Does what follows the projections: W_q h, B×T×w; W_k c and W_v c side by side, B×K×2w; W_R R, K×w → B×T×d.
  func attended(
    query: Variable<Scalar>, keyValue: Variable<Scalar>, position: Variable<Scalar>, u: Variable<Scalar>,
    v: Variable<Scalar>, random: Random?
  ) -> Variable<Scalar> {
    let mask = random.flatMap { dropout > 0 ? (rate: Scalar(dropout), key: $0.key) : nil }
    let o = relativeAttention(
      query: query, keyValue: keyValue, position: position, u: u, v: v, heads: heads, dropout: mask)
    return output(o)
  }
}

/// What the attention of all layers shares.
struct AttentionInputs<Scalar: Real> {
  let R: Variable<Scalar>  // positions for the distances K−1 … 0, K×d
  let u: Variable<Scalar>  // content bias, w
  let v: Variable<Scalar>  // position bias, w
}
