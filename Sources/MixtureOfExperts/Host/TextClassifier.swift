import Autograd
import Layers
import Tensors

/// A language model's body with a linear classifier: says which of C labels a text has.
///
///     scores = W_c h + b_c,   h = Σ_t w_t h_t,   h_t the last layer's state of the text's symbol t
///
/// The weights w_t are those of ``Pooling``. The body is the host as it was pretrained, its scores of symbols unused. A text is
/// read at once, without state.
public struct TextClassifier<Scalar: Real>: Layer {
  /// What reads the text.
  public let body: LanguageModel<Scalar>
  let weight: Parameter<Scalar>  // W_c, C×d
  let bias: Parameter<Scalar>  // b_c, C
  let dropout: Dropout<Scalar>
  private let pooling: Pooling

  /// Puts a new classifier of C ≥ 2 labels on a model; the seed determines W_c, whatever the body.
  public init(_ body: LanguageModel<Scalar>, labels: Int, pooling: Pooling = .standard, seed: UInt64) {
    precondition(labels > 1, "TextClassifier: \(labels) labels")
    let initializer = Initializer<Scalar>(seed: seed)
    (self.body, self.pooling) = (body, pooling)
    weight = initializer.parameter("classifier.weight", [labels, body.configuration.modelWidth])
    bias = initializer.zeros("classifier.bias", [labels])
    dropout = Dropout(rate: body.configuration.dropout)
  }

  /// W_c and b_c: all that learns where the body is frozen.
  public var head: [Parameter<Scalar>] { [weight, bias] }
  /// The body's trainable weights, then W_c and b_c.
  public var parameters: [Parameter<Scalar>] { body.parameters + head }
  /// The body's fixed weights.
  public var frozen: [Frozen<Scalar>] { body.frozen }

  /// What the body makes of n texts: `states` is n×d, a row for each text.
  public func features(
    _ texts: PaddedTexts, k: Int, random: Random?, on tape: Tape<Scalar>
  ) -> (states: Variable<Scalar>, reading: Reading<Scalar>) {
    let reading = body.read(texts.tokens, batch: texts.count, state: .empty, limit: 0, k: k, random: random, on: tape)
    let pooled = matmul(tape.constant(texts.weights(pooling)), reading.states)
    return (pooled.reshaped([texts.count, body.configuration.modelWidth]), reading)
  }

  /// Scores labels by the states of texts, n×d → n×C.
  public func scores(of states: Variable<Scalar>, random: Random?) -> Variable<Scalar> {
    let tape = states.tape
    let h = dropout(states, random: random?.child(named: "classifier"))
    return affine(h, weight: tape(weight), bias: tape(bias))
  }

  /// Reads n texts and scores labels, n×C.
  public func callAsFunction(
    _ texts: PaddedTexts, k: Int, random: Random?, on tape: Tape<Scalar>
  ) -> (scores: Variable<Scalar>, reading: Reading<Scalar>) {
    let (states, reading) = features(texts, k: k, random: random, on: tape)
    return (scores(of: states, random: random), reading)
  }
}

/// Which states of a text a classifier reads.
public enum Pooling: String, CaseIterable, Codable, Sendable {
  /// The mean over the text's symbols: w_t = 1 / length.
  case mean
  /// That of the last symbol: w_t is 1 there, 0 before.
  case last

  /// What a new classifier has unless it is told otherwise.
  public static let standard = Pooling.mean
}

/// Texts of different lengths side by side: each is followed by padding up to the length of the longest.
///
/// Attention looks back only, so what follows a text cannot change its states. Of a row only the text's states are read,
/// never those of the padding.
public struct PaddedTexts: Sendable {
  /// The symbol that fills the rows; which one it is must not matter.
  public static let padding: Int32 = 0

  /// Symbols, row-major n×T.
  public let tokens: [Int32]
  /// How many symbols each text has, at least one.
  public let lengths: [Int]
  /// T: the length of all rows.
  public let length: Int

  /// Puts texts side by side, at least one and none empty, in rows as long as the longest unless told.
  public init(_ texts: [[Int32]], length: Int? = nil, padding: Int32 = Self.padding) {
    lengths = texts.map(\.count)
    let length = length ?? lengths.max() ?? 0
    precondition(
      !texts.isEmpty && lengths.allSatisfy { (1...length).contains($0) },
      "PaddedTexts: texts of \(lengths) symbols in rows of \(length)")
    self.length = length
    tokens = texts.flatMap { $0 + Array(repeating: padding, count: length - $0.count) }
  }

  /// n: how many texts there are.
  public var count: Int { lengths.count }

  /// w, by which the states of each text are summed, n×1×T: zero in the padding.
  public func weights<Scalar: Real>(_ pooling: Pooling) -> Tensor<Scalar> {
    Tensor(
      [count, 1, length],
      lengths.flatMap { own in
        (0..<length).map { place in
          switch pooling {
          case .mean: place < own ? 1 / Scalar(own) : 0
          case .last: place == own - 1 ? 1 : 0
          }
        }
      })
  }
}
