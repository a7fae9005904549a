import Autograd
import Tensors

/// A table of token vectors, used twice: to embed the input and, transposed, to score the output (Press, Wolf 2017).
///
/// Equation [embedding] in NOTES.md.
public struct Embedding<Scalar: Real>: Layer {
  let weight: Parameter<Scalar>  // Emb, V×d
  let bias: Parameter<Scalar>  // b, V: bias of the output scores

  /// Creates the table of V rows of d numbers.
  public init(vocabulary: Int, width: Int, initializer: Initializer<Scalar>) {
    weight = initializer.parameter("embedding.weight", [vocabulary, width])
    bias = initializer.zeros("output.bias", [vocabulary])
  }

  /// Emb and b.
  public var parameters: [Parameter<Scalar>] { [weight, bias] }

  /// √d · Emb[token] for n tokens 0 ..< V, n×d.
  public func embed(_ tokens: [Int32], on tape: Tape<Scalar>) -> Variable<Scalar> {
    Scalar(weight.value.shape[1]).squareRoot() * gatherRows(tape(weight), tokens)
  }

  /// h Embᵀ + b, without the √d of the input: states n×d → logits n×V.
  public func logits(_ h: Variable<Scalar>) -> Variable<Scalar> {
    affine(h, weight: h.tape(weight), bias: h.tape(bias))
  }
}
