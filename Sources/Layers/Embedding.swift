import Autograd
import Tensors

/// A table of token vectors, used twice: to embed the input and, transposed, to score the output (Press, Wolf 2017).
///
/// Equation [embedding] in NOTES.md.
public struct Embedding<Scalar: Real>: Layer {
  let weight: Parameter<Scalar>  // Emb, V×d
  let bias: Parameter<Scalar>  // b, V: bias of the output scores

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - vocabulary: V.
  ///   - width: d.
  public init(vocabulary: Int, width: Int, initializer: Initializer<Scalar>) {
    weight = initializer.parameter("embedding.weight", [vocabulary, width])
    bias = initializer.zeros("output.bias", [vocabulary])
  }

  /// Emb and b.
  public var parameters: [Parameter<Scalar>] { [weight, bias] }

  /// Returns √d · Emb[token] for every token.
  ///
  /// - Parameter tokens: Symbols 0 ..< V.
  /// - Returns: One row for each of n tokens, n×d.
  public func embed(_ tokens: [Int32], on tape: Tape<Scalar>) -> Variable<Scalar> {
    let width = Scalar(weight.value.shape[1])
    return width.squareRoot() * gatherRows(tape(weight), tokens)
  }

  /// Returns h Embᵀ + b, without the √d of the input.
  ///
  /// - Parameter h: n×d.
  /// - Returns: Logits, n×V.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    affine(h, weight: h.tape(weight), bias: h.tape(bias))
  }
}
