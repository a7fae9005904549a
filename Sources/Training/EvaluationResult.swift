import Corpora
import Foundation
import RunFiles

/// What an evaluation at one k measured.
public struct EvaluationResult: Codable, Described, Sendable {
  package static let words = """
    evaluation: a model on a text at one k
    symbols: that the loss is the mean of: those before which it has read as far as it can see; all if there is none
    cold_symbols: the others, at the beginning of a file; null in results from before rows began warm
    total_loss: of both; null if all symbols are cold, and in results from before rows began warm
    perplexity: exp of the loss; null beyond the largest number
    entropy_nats_per_layer: mean entropy of s; at most ln N
    load_per_layer: the share of assignments of each expert
    class_information_bits_per_layer: mutual information of a token's class (topic or dialect) and its first expert
    """

  /// Experts for each token.
  public let k: Int
  /// Mean −ln p of a symbol that as many precede as the model can see; of all symbols, if there is no such one.
  public let loss: Double
  /// The loss in bits: bits per character for bytes and characters, bits per word for words.
  public var bitsPerCharacter: Double { loss / M_LN2 }
  /// exp(loss); nil if there is no such number.
  public var perplexity: Double? { Self.perplexity(loss) }

  static func perplexity(_ loss: Double) -> Double? { exp(loss).isFinite ? exp(loss) : nil }
  /// Symbols that the loss is the mean of.
  public let symbols: Int
  /// Symbols at the beginning of a file, which fewer precede; nil in results from before rows began warm.
  @OrNull public internal(set) var coldSymbols: Int?
  /// Mean −ln p of all scored symbols, cold ones included; nil if all are cold, and in results from before rows began warm.
  @OrNull public internal(set) var totalLoss: Double?
  /// Mean entropy of the router distribution s, in nats, by layer; empty for a dense model.
  public let entropyPerLayer: [Double]
  /// The share of assignments that each expert received, by layer.
  public let loadPerLayer: [[Double]]
  /// Mutual information between a token's class and its first expert, in bits, by layer; nil for a text without classes.
  public let classInformationPerLayer: [Double]?
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

  private enum CodingKeys: String, CodingKey {
    case k, loss, symbols, coldSymbols, totalLoss, loadPerLayer, recallBits, recallByDistance, answers, unknownWords
    case entropyPerLayer = "entropyNatsPerLayer"
    case classInformationPerLayer = "classInformationBitsPerLayer"
  }

  /// What follows from other measurements: written, and computed again where it is read.
  private enum DerivedKeys: CodingKey { case bitsPerSymbol, perplexity }

  /// Writes all measurements, derived ones included.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(k, forKey: .k)
    try container.encode(loss, forKey: .loss)
    try container.encode(symbols, forKey: .symbols)
    try container.encode(_coldSymbols, forKey: .coldSymbols)
    try container.encode(_totalLoss, forKey: .totalLoss)
    try container.encode(entropyPerLayer, forKey: .entropyPerLayer)
    try container.encode(loadPerLayer, forKey: .loadPerLayer)
    try container.encode(classInformationPerLayer, forKey: .classInformationPerLayer)
    try container.encode(recallBits, forKey: .recallBits)
    try container.encode(recallByDistance, forKey: .recallByDistance)
    try container.encode(answers, forKey: .answers)
    try container.encode(unknownWords, forKey: .unknownWords)
    var derived = encoder.container(keyedBy: DerivedKeys.self)
    try derived.encode(bitsPerCharacter, forKey: .bitsPerSymbol)
    try derived.encode(perplexity, forKey: .perplexity)
  }
}

/// What `<unk>` has to do with the loss of a text of words.
///
/// The loss and the perplexity of an evaluation are those of all words, with `<unk>` as one of them, as is customary for
/// WikiText-103: a smaller vocabulary makes them lower. What is said here leaves out targets that are `<unk>`; the
/// probabilities of the others are as they are, not divided by what is left beside `<unk>`.
public struct UnknownWords: Codable, Described, Equatable, Sendable {
  package static let words = """
    unknown_words: the loss without targets that are <unk>; that of the evaluation counts <unk> as a word
    share: of targets that are <unk>
    known_loss, known_perplexity: of the others; null if there are none
    perplexity_by_frequency, known_perplexity_by_frequency: by the frequency of words in the training part alone
    """

  /// The share of predicted words that are `<unk>`.
  public let share: Double
  /// Mean −ln p of the predicted words that are not `<unk>`; nil if there are none.
  @OrNull public private(set) var knownLoss: Double?
  /// exp of that; nil if there is no such number.
  @OrNull public private(set) var knownPerplexity: Double?
  /// The perplexity of all words to whoever knows their frequency in the training split alone; nil where that was not counted.
  @OrNull public private(set) var perplexityByFrequency: Double?
  /// The same of the words that are not `<unk>`.
  @OrNull public private(set) var knownPerplexityByFrequency: Double?

  /// Turns sums into means.
  init(symbols: Int, known: Int, knownLoss: Double, costs: (all: Double, known: Double)? = nil) {
    func mean(_ sum: Double) -> Double? { known == 0 ? nil : sum / Double(known) }
    share = Double(symbols - known) / Double(symbols)
    self.knownLoss = mean(knownLoss)
    knownPerplexity = mean(knownLoss).flatMap(EvaluationResult.perplexity)
    perplexityByFrequency = costs.flatMap { EvaluationResult.perplexity($0.all / Double(symbols)) }
    knownPerplexityByFrequency = costs.flatMap { mean($0.known) }.flatMap(EvaluationResult.perplexity)
  }
}

/// Which experts of a layer work together, and for which tokens.
public struct RoutingTable: Codable, Described, Equatable, Sendable {
  package static let words = """
    routing_table: which experts work together, and for which tokens
    co_activation: share of tokens that have both experts, N×N
    first_choice_by_class: share of a class's tokens that each expert is first choice of; null for a text without classes
    """

  /// The share of tokens that are sent to both experts, N×N; on the diagonal, of those that are sent to the expert.
  public let coActivation: [[Double]]
  /// The share of a class's tokens that each expert is first choice of, one row for each class; nil for a text without classes.
  @OrNull public private(set) var firstChoiceByClass: [[Double]]?

  /// Of how many experts there are tables: a larger one nobody reads.
  public static let largestExperts = 128
  /// For how many experts of a token pairs are counted: there are k² of them.
  public static let largestK = 8

  /// Turns counts into shares.
  init(together: [Int], byClass: [[Int]]?, experts: Int, tokens: Int) {
    coActivation = (0..<experts).map { row in
      together[row * experts..<(row + 1) * experts].map { Double($0) / Double(max(1, tokens)) }
    }
    firstChoiceByClass = byClass?.map { counts in
      counts.map { Double($0) / Double(max(1, counts.reduce(0, +))) }
    }
  }
}

/// How many values of lists a model knows.
public struct AnswerResult: Equatable, Sendable {
  /// Shares of the values of some lists.
  public struct Shares: Codable, Equatable, Sendable {
    /// Predicted values.
    public let answers: Int
    /// The share of them that the model holds for the likeliest symbol.
    public let accuracy: Double
    /// The share of them that is the most frequent value of the training split: what is right without reading.
    public let chanceBaseline: Double
    /// The share of them that is the training split's most frequent value of lists with the same outermost operator: what is
    /// right for one who reads that alone; nil in results from before it was counted.
    @OrNull public private(set) var byOperation: Double?

    /// The better of the two guesses.
    public var byGuessing: Double { max(chanceBaseline, byOperation ?? 0) }

    /// Describes counted shares.
    init(answers: Int, accuracy: Double, chanceBaseline: Double, byOperation: Double?) {
      (self.answers, self.accuracy, self.chanceBaseline) = (answers, accuracy, chanceBaseline)
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

extension AnswerResult: Codable, Described {
  package static let words = "answers: how many values of lists a model knows"

  /// Reads an object.
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

extension AnswerResult.Depth: Codable, Described {
  package static let words = "answers_of_depth: the values of lists that are nested so deep; 1 for a list of digits"

  private enum CodingKeys: CodingKey { case depth }

  /// Reads an object.
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

/// What recalled symbols of some distances cost.
public struct RecallResult: Codable, Described, Equatable, Sendable {
  package static let words = "recalled: symbols that repeat what stands at some distances before them"
  /// The smallest distance to the symbol that is repeated.
  public let from: Int
  /// The largest; nil for the range without end.
  @OrNull public private(set) var through: Int?
  /// Predicted symbols.
  public let symbols: Int
  /// Their mean −log₂ p.
  public let bits: Double

  /// The distances.
  public var range: DistanceRange? { DistanceRange.all.first { $0.lowest == from && $0.highest == through } }

  init(_ range: DistanceRange, symbols: Int, bits: Double) {
    from = range.lowest
    through = range.highest
    self.symbols = symbols
    self.bits = bits
  }
}
