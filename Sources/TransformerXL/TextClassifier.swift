import Autograd
import Layers
import Tensors

/// A language model's body with a linear classifier: says which of C labels a text has.
///
///     scores = W_c h + b_c,   h the last layer's state of the text's last symbol
///
/// The body is Transformer-XL as it was pretrained, its scores of symbols unused. A text is read at once, without memory.
public struct TextClassifier<Scalar: Real>: Layer {
  /// What reads the text.
  public let body: LanguageModel<Scalar>
  let weight: Parameter<Scalar>  // W_c, C×d
  let bias: Parameter<Scalar>  // b_c, C

  /// Puts a new classifier on a model.
  ///
  /// - Parameters:
  ///   - body: What reads the text.
  ///   - labels: C, at least 2.
  ///   - seed: Determines W_c, whatever the body.
  public init(_ body: LanguageModel<Scalar>, labels: Int, seed: UInt64) {
    precondition(labels > 1, "TextClassifier: \(labels) labels")
    let initializer = Initializer<Scalar>(seed: seed)
    self.body = body
    weight = initializer.parameter("classifier.weight", [labels, body.configuration.modelWidth])
    bias = initializer.zeros("classifier.bias", [labels])
  }

  /// W_c and b_c: all that learns where the body is frozen.
  public var head: [Parameter<Scalar>] { [weight, bias] }
  /// The body's trainable weights, then W_c and b_c.
  public var parameters: [Parameter<Scalar>] { body.parameters + head }
  /// The body's fixed weights.
  public var frozen: [Frozen<Scalar>] { body.frozen }

  /// Returns what the body makes of texts.
  ///
  /// - Parameters:
  ///   - texts: n texts, in rows of T symbols.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: The state of each text's last symbol, n×d, and what routers add to the loss.
  public func features(
    _ texts: PaddedTexts, k: Int, random: Random?, on tape: Tape<Scalar>
  ) -> (states: Variable<Scalar>, auxiliaryLoss: Variable<Scalar>?) {
    let reading = body.read(
      texts.tokens, batch: texts.count, memory: .empty, memoryLimit: 0, k: k, random: random, on: tape)
    let rows = reading.states.reshaped([texts.tokens.count, body.configuration.modelWidth])
    return (gatherRows(rows, texts.lastTokens), reading.auxiliaryLoss)
  }

  /// Scores labels.
  ///
  /// - Parameters:
  ///   - states: What ``features(_:k:random:on:)`` returns, n×d.
  ///   - random: The randomness of dropout; nil in evaluation.
  /// - Returns: Scores, n×C.
  public func scores(of states: Variable<Scalar>, random: Random?) -> Variable<Scalar> {
    let tape = states.tape
    let h = body.dropout(states, random: random?.child(named: "classifier"))
    return affine(h, weight: tape(weight), bias: tape(bias))
  }

  /// Reads texts and scores labels.
  ///
  /// - Parameters:
  ///   - texts: n texts, in rows of T symbols.
  ///   - k: Experts for each token.
  ///   - random: The randomness of dropout and of routing; nil in evaluation.
  /// - Returns: Scores, n×C, and what routers add to the loss.
  public func callAsFunction(
    _ texts: PaddedTexts, k: Int, random: Random?, on tape: Tape<Scalar>
  ) -> (scores: Variable<Scalar>, auxiliaryLoss: Variable<Scalar>?) {
    let (states, auxiliaryLoss) = features(texts, k: k, random: random, on: tape)
    return (scores(of: states, random: random), auxiliaryLoss)
  }
}
