import RunFiles

/// How many values of lists a model knows.
public struct AnswerResult: Equatable, Sendable {
  /// Shares of the values of some lists.
  public struct Shares: Codable, Equatable, Sendable {
    /// Predicted values.
    public let answers: Int
    /// The share of them that the model holds for the likeliest symbol.
    public let accuracy: Double
    /// The share of them that is the most frequent value of the training split: what is right without reading.
    public let byChance: Double
    /// The share of them that is the training split's most frequent value of lists with the same outermost operator: what is
    /// right for one who reads that alone; nil in results from before it was counted.
    @OrNull public private(set) var byOperation: Double?

    /// The better of the two guesses.
    public var byGuessing: Double { max(byChance, byOperation ?? 0) }

    /// Describes counted shares.
    init(answers: Int, accuracy: Double, byChance: Double, byOperation: Double?) {
      (self.answers, self.accuracy, self.byChance) = (answers, accuracy, byChance)
      self.byOperation = byOperation
    }
  }

  /// Those of lists that are nested so deep.
  public struct Depth: Equatable, Sendable {
    /// 1 for a list of digits.
    public let depth: Int
    /// Of these lists alone.
    public let shares: Shares
  }

  /// Of all lists.
  public let all: Shares
  /// The same by depth, shallowest first.
  public let byDepth: [Depth]

  private enum CodingKeys: CodingKey { case byDepth }

  /// The shares at one depth; nil where nothing was asked.
  public subscript(depth depth: Int) -> Shares? { byDepth.first { $0.depth == depth }?.shares }
}

// The shares stand beside what they are of, not in an object of their own.

extension AnswerResult: Codable {
  /// Reads an object.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    all = try Shares(from: decoder)
    byDepth = try decoder.container(keyedBy: CodingKeys.self).decode([Depth].self, forKey: .byDepth)
  }

  /// Writes one object.
  public func encode(to encoder: any Encoder) throws {
    try all.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(byDepth, forKey: .byDepth)
  }
}

extension AnswerResult.Depth: Codable {
  private enum CodingKeys: CodingKey { case depth }

  /// Reads an object.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    shares = try AnswerResult.Shares(from: decoder)
    depth = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .depth)
  }

  /// Writes one object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(depth, forKey: .depth)
    try shares.encode(to: encoder)
  }
}
