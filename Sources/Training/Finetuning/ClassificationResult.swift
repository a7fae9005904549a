/// How a classifier did on labelled texts at one k.
public struct ClassificationResult: Codable, Equatable, Sendable {
  /// Experts for each token.
  public let k: Int
  /// Texts that were given their label.
  public let correct: Int
  /// Texts that were classified, at least one.
  public let texts: Int
  /// Mean −ln p(label), in nats.
  public let loss: Double

  /// The share of texts that were given their label.
  public var accuracy: Double { Double(correct) / Double(texts) }

  /// √(p (1−p) / n): what the accuracy p of n texts would differ by on others of the same kind.
  public var standardError: Double { (accuracy * (1 - accuracy) / Double(texts)).squareRoot() }

  enum CodingKeys: String, CodingKey {
    case k, correct, texts, loss, accuracy
    case standardError
  }

  /// Puts a result together.
  ///
  /// - Parameters:
  ///   - k: Experts for each token.
  ///   - correct: Texts that were given their label.
  ///   - texts: Texts that were classified, at least one.
  ///   - loss: Mean −ln p(label), in nats.
  public init(k: Int, correct: Int, texts: Int, loss: Double) {
    precondition(texts > 0 && (0...texts).contains(correct), "ClassificationResult: \(correct) of \(texts)")
    (self.k, self.correct, self.texts, self.loss) = (k, correct, texts, loss)
  }

  /// Writes all measurements, derived ones included.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(k, forKey: .k)
    try container.encode(correct, forKey: .correct)
    try container.encode(texts, forKey: .texts)
    try container.encode(loss, forKey: .loss)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(standardError, forKey: .standardError)
  }

  /// Reads measurements back; derived ones are computed again.
  ///
  /// - Parameter decoder: Where from.
  /// - Throws: What the decoder throws, and for counts that cannot be.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    k = try container.decode(Int.self, forKey: .k)
    correct = try container.decode(Int.self, forKey: .correct)
    texts = try container.decode(Int.self, forKey: .texts)
    loss = try container.decode(Double.self, forKey: .loss)
    guard texts > 0, (0...texts).contains(correct) else {
      throw DecodingError.dataCorruptedError(
        forKey: .correct, in: container, debugDescription: "found \(correct) of \(texts) texts")
    }
  }
}
