import Autograd
import Layers
import Tensors

/// Multi-head attention with relative positions: Transformer-XL's attention (Dai and others, 2019, section 3.3).
public struct RelativeAttention<Scalar: Real>: Layer {
  let query: Projection<Scalar>  // W_q, w×d with w = H·d_h
  let keyValue: Projection<Scalar>  // W_k above W_v, 2w×d
  let position: Projection<Scalar>  // W_R, w×d
  let output: Projection<Scalar>  // W_O, d×w
  let heads: Int  // H
  let dropout: Double  // on attention weights

  /// Creates the layer.
  public init(_ name: String, _ configuration: Configuration, initializer: Initializer<Scalar>) {
    let (d, w) = (configuration.modelWidth, configuration.heads * configuration.headWidth)
    query = Projection("\(name).query", inputs: d, outputs: w, initializer: initializer)
    keyValue = Projection("\(name).keyValue", inputs: d, outputs: 2 * w, initializer: initializer)
    position = Projection("\(name).position", inputs: d, outputs: w, initializer: initializer)
    output = Projection("\(name).output", inputs: w, outputs: d, initializer: initializer)
    heads = configuration.heads
    dropout = configuration.attentionDropout
  }

  /// W_q, W_k and W_v, W_R, W_O.
  public var parameters: [Parameter<Scalar>] {
    query.parameters + keyValue.parameters + position.parameters + output.parameters
  }

  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - h: The tokens that ask, B×T×d.
  ///   - c: The tokens that are looked at, [memory ; h], B×K×d.
  ///   - remembered: How many of them, the first ones, are memory through which no gradient flows.
  ///   - R: Positions for distances K−1 … 0, K×d.
  ///   - u: Content bias, of length w; shared by all layers.
  ///   - v: Position bias, of length w; shared by all layers.
  ///   - random: The randomness of dropout; nil in evaluation.
  /// - Returns: W_O (P v), B×T×d.
  public func callAsFunction(
    _ h: Variable<Scalar>, context c: Variable<Scalar>, remembered: Int = 0, positions R: Variable<Scalar>,
    u: Variable<Scalar>, v: Variable<Scalar>, random: Random?
  ) -> Variable<Scalar> {
    attended(
      query: query(h), keyValue: keyValue(c, constantRows: remembered), position: position(R), u: u, v: v,
      random: random)
  }

  /// Does what follows the projections of what asks and of what is looked at.
  ///
  /// - Parameters:
  ///   - query: W_q h, B×T×w.
  ///   - keyValue: W_k c and W_v c side by side, B×K×2w.
  ///   - position: W_R R, K×w.
  ///   - u: Content bias, of length w.
  ///   - v: Position bias, of length w.
  ///   - random: The randomness of dropout; nil in evaluation.
  /// - Returns: W_O (P v), B×T×d.
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
