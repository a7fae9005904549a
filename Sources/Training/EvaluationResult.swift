import Corpora
import Foundation

/// What an evaluation at one k measured.
public struct EvaluationResult: Codable, Sendable {
  /// Experts for each token.
  public let k: Int
  /// Mean −ln p of a symbol.
  public let loss: Double
  /// The loss in bits: bits per character for bytes and characters, bits per word for words.
  public var bitsPerCharacter: Double { loss / M_LN2 }
  /// exp(loss), as a number that JSON can hold.
  public var perplexity: Double { min(exp(loss), .greatestFiniteMagnitude) }
  /// Predicted symbols.
  public let symbols: Int
  /// Mean entropy of the router distribution s, in nats, by layer; empty for a dense model.
  public let entropyPerLayer: [Double]
  /// The share of assignments that each expert received, by layer.
  public let loadPerLayer: [[Double]]
  /// Mutual information between a token's dialect and its first expert, in bits, by layer; `builtin:dialects` only.
  public let dialectInformationPerLayer: [Double]?
  /// Mean bits paid on recalled symbols, which cost nothing to a model that remembers; nil where nothing is recalled.
  public let recallBits: Double?
  /// The same by distance, nearest first.
  public internal(set) var recallByDistance: [RecallResult]?
  /// How many values of lists are known; `builtin:lists` only.
  public internal(set) var answers: AnswerResult?
  /// What `<unk>` has to do with the loss; nil where nothing is unknown.
  public internal(set) var unknownWords: UnknownWords?
  /// Which experts work together and for whom, by layer: what was measured now, not part of the JSON; empty for a dense model.
  public internal(set) var tables: [RoutingTable] = []

  enum CodingKeys: String, CodingKey {
    case k, loss, symbols, perplexity, answers
    case bitsPerSymbol
    case entropyPerLayer = "entropyNatsPerLayer"
    case loadPerLayer
    case dialectInformationPerLayer = "dialectInformationBitsPerLayer"
    case recallBits
    case recallByDistance
    case unknownWords
  }

  /// Writes all measurements, derived ones included.
  ///
  /// - Parameter encoder: Where to.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(k, forKey: .k)
    try container.encode(loss, forKey: .loss)
    try container.encode(symbols, forKey: .symbols)
    try container.encode(bitsPerCharacter, forKey: .bitsPerSymbol)
    try container.encode(perplexity, forKey: .perplexity)
    try container.encode(entropyPerLayer, forKey: .entropyPerLayer)
    try container.encode(loadPerLayer, forKey: .loadPerLayer)
    try container.encode(dialectInformationPerLayer, forKey: .dialectInformationPerLayer)
    try container.encode(recallBits, forKey: .recallBits)
    try container.encode(recallByDistance, forKey: .recallByDistance)
    try container.encode(answers, forKey: .answers)
    try container.encode(unknownWords, forKey: .unknownWords)
  }
}

extension EvaluationResult {
  /// Reads measurements back; derived ones are computed again.
  ///
  /// - Parameter decoder: Where from.
  /// - Throws: What the decoder throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    k = try container.decode(Int.self, forKey: .k)
    loss = try container.decode(Double.self, forKey: .loss)
    symbols = try container.decode(Int.self, forKey: .symbols)
    entropyPerLayer = try container.decode([Double].self, forKey: .entropyPerLayer)
    loadPerLayer = try container.decode([[Double]].self, forKey: .loadPerLayer)
    dialectInformationPerLayer = try container.decodeIfPresent([Double].self, forKey: .dialectInformationPerLayer)
    recallBits = try container.decodeIfPresent(Double.self, forKey: .recallBits)
    recallByDistance = try container.decodeIfPresent([RecallResult].self, forKey: .recallByDistance)
    answers = try container.decodeIfPresent(AnswerResult.self, forKey: .answers)
    unknownWords = try container.decodeIfPresent(UnknownWords.self, forKey: .unknownWords)
  }
}
