import Corpora
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// What was measured of one trained model: what claims are judged by, and what is reported.
package struct RouterResult: Codable, Described, Sendable {
  package static let words = """
    run: one trained model
    variant: its name in an experiment
    evaluation: on the validation part, by which choices are made; one for each k
    test: on the test part, from which figures come; at the same k
    multiply_adds_per_token: forward, for each k
    best_k: the k with the lowest loss on the validation part
    common_k: the k at which routers are compared
    common: on the test part at common_k; null where that is one of the k asked for
    last_k: the k of the last step; null for a dense network
    mixtures, routing_tables: by layer, on the test part at common_k
    entropy_nats_per_layer: of s at best_k, on the test part
    without_memory: on the test part at best_k, memory switched off; texts with recalled symbols
    reach, finetuning: on the test part at best_k, and on the built-in task; compare --suite open
    reading: the beginning of the test part at common_k
    trainable_routing_parameters, fixed_routing_parameters: numbers that decide routing; what layers share counts once
    tokens_per_second, seconds, timed_steps: of training alone, over all sessions; in earlier versions of the last one
    """

  package let router: String
  /// The variant of a comparison; the router's name where only routers differ.
  package internal(set) var variant: String
  package let seed: UInt64
  /// On the validation part: what choices are made by.
  package let evaluation: [EvaluationResult]
  /// On the test part at the same k: what is reported.
  package let test: [EvaluationResult]
  /// Forward, for each k of the evaluations.
  package internal(set) var multiplyAddsPerToken: [Double] = []
  /// The k of the evaluation with the lowest loss on the validation part.
  @OrNull package private(set) var bestK: Int?
  /// The k at which the mixtures were looked at, and routers are compared.
  package internal(set) var commonK = 2
  /// On the test part at that k, where it is none of those asked for.
  @OrNull package internal(set) var common: EvaluationResult?
  /// The mixtures on the test part, by layer; empty for dense models and where the text is too short.
  package let mixtures: [MixtureMeasures]
  /// Mean router entropy by layer at the best k, on the test part.
  package internal(set) var entropyNatsPerLayer: [Double] = []
  /// On the test part at the best k with the memory switched off; nil where nothing is recalled.
  @OrNull package internal(set) var withoutMemory: EvaluationResult?
  /// On the test part at the best k with memories of other lengths, and of other things; where an experiment asks for it.
  @OrNull package internal(set) var reach: Reach?
  /// Finetuned on the built-in task; where an experiment asks for it.
  @OrNull package internal(set) var finetuning: FinetuningMeasures?
  /// On the test part at the common k with other routings of the same experts; empty for models without a learned routing.
  package internal(set) var policies: [PolicyResult] = []
  /// Which experts work together and for which tokens, on the test part at the common k, by layer.
  package internal(set) var routingTables: [RoutingTable] = []
  /// What the model writes.
  @OrNull package internal(set) var sample: TextSample?
  /// The beginning of the test part at the common k; nil in results from before it was kept.
  @OrNull package internal(set) var reading: TextReading?
  /// What evaluations on the way found; those of all sessions.
  package internal(set) var history: [HistoryPoint] = []
  package internal(set) var trainableRoutingParameters = 0
  /// The fixed numbers that decide routing, those of a hypernetwork that layers share once; nil in results from before they were kept.
  @OrNull package internal(set) var fixedRoutingParameters: Int?
  package internal(set) var parameters = 0
  /// What it was measured of; nil in results from before it was kept.
  @OrNull package internal(set) var checksums: Checksums?
  package internal(set) var tokensPerSecond = 0.0
  package internal(set) var seconds = 0.0
  /// The steps that took these seconds: those of the last session in results of earlier versions, if the run was continued.
  package internal(set) var timedSteps = 0
  package internal(set) var kSchedule = ""
  /// The k of the last step; nil for a dense network.
  @OrNull package internal(set) var lastK: Int?

  /// What claims are judged by; the validation part chooses.
  init(
    _ router: RouterKind, variant: String? = nil, seed: UInt64, evaluation: [EvaluationResult],
    test: [EvaluationResult], mixtures: [MixtureMeasures] = []
  ) {
    precondition(
      evaluation.map(\.k) == test.map(\.k), "RouterResult: k = \(evaluation.map(\.k)) and \(test.map(\.k))")
    (self.router, self.variant, self.seed) = (router.rawValue, variant ?? router.rawValue, seed)
    (self.evaluation, self.test, self.mixtures) = (evaluation, test, mixtures)
    bestK = Self.bestK(evaluation)
  }

  static func bestK(_ validation: [EvaluationResult]) -> Int? { validation.min { $0.loss < $1.loss }?.k }

  /// The same under another name.
  package func named(_ name: String) -> RouterResult {
    var copy = self
    copy.variant = name
    return copy
  }
}

/// What a routing other than the learned one costs.
package struct PolicyResult: Codable, Described, Sendable {
  package static let words = "policy: the trained experts, routed in some way (permuted: as another token), at common_k"
  package let policy: RoutingPolicy
  package let evaluation: EvaluationResult
}

extension RouterResult {
  /// The evaluation on the test part at one k; nil if there was none.
  package subscript(k: Int) -> EvaluationResult? { test.first { $0.k == k } ?? (common?.k == k ? common : nil) }

  /// The evaluation on the test part at the k that the validation part chose.
  package var best: EvaluationResult? { bestK.flatMap { self[$0] } }

  /// The mean bits on the test part over log₂ k from 0 to log₂ N, on straight lines between the k that were evaluated: the area under
  /// the curve, divided by its width; nil unless both ends were, or if there is but one expert.
  package func meanBits(overDoublingsTo experts: Int) -> Double? {
    let points = test.sorted { $0.k < $1.k }.map { (x: log2(Double($0.k)), bits: $0.bitsPerCharacter) }
    guard experts > 1, points.first?.x == 0, test.contains(where: { $0.k == experts }) else { return nil }
    let area = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1.x - $1.0.x) * ($1.0.bits + $1.1.bits) / 2 }
    return area / log2(Double(experts))
  }

  /// The mean over mixtures; nil without mixtures, or where one has no such measure.
  package func mean(_ value: (MixtureMeasures) -> Double?) -> Double? {
    mixtures.map(value).meanOfAll
  }

  /// The mean router entropy over layers on the test part, in nats, 0 … ln N; nil for dense models.
  package func entropy(k: Int) -> Double? { self[k]?.entropyPerLayer.meanOfAll }

  /// What a policy's routing of the same experts comes to.
  func routed(_ policy: RoutingPolicy) -> EvaluationResult? { policies.first { $0.policy == policy }?.evaluation }
}

extension EvaluationResult {
  /// Load imbalance, the largest load over the mean load, mean of layers: 1 for a perfect balance, N/k where k experts do all;
  /// nil for dense models.
  package var imbalance: Double? { loadPerLayer.map { Double($0.count) * ($0.max() ?? 0) }.meanOfAll }

  /// The share of tokens that the most loaded expert receives, mean of layers; nil for dense models.
  var largestLoad: Double? { loadPerLayer.map { Double(k) * ($0.max() ?? 0) }.meanOfAll }

  /// How many experts no token chose, mean of layers; nil for dense models.
  package var unusedExperts: Double? { loadPerLayer.map { load in Double(load.count { $0 == 0 }) }.meanOfAll }

  /// What a token's first expert tells about its class, in bits, mean of layers; nil for a text without classes.
  package var classInformation: Double? { classInformationPerLayer.flatMap { $0.meanOfAll } }
}

extension [Double] {
  /// The mean; nil of nothing.
  package var meanOfAll: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}

extension [Double?] {
  /// The mean of all; nil if one is missing, or there is none.
  package var meanOfAll: Double? {
    let known = compactMap { $0 }
    return known.count == count ? known.meanOfAll : nil
  }
}

/// A little text that a trained model wrote.
package struct TextSample: Codable, Described, Sendable {
  package static let words = "sample: generated text"

  static let length = 240

  package let text: String
  /// Experts for each token.
  package let k: Int

  /// Lets a model write so many symbols, from a line's beginning; nil where scores are not finite.
  init?(of model: LanguageModel<Float>, _ vocabulary: Vocabulary, k: Int, seed: UInt64, length: Int = length) {
    var generator = Generator(model, k: k, seed: seed)
    generator.read((try? vocabulary.encode("\n")) ?? [0])
    var symbols: [Int32] = []
    for _ in 0..<length {
      guard let symbol = try? generator.next() else { return nil }
      symbols.append(symbol)
    }
    text = vocabulary.decode(symbols)
    self.k = k
  }
}

/// What results say of the text.
package struct CorpusSummary: Codable, Described, Equatable, Sendable {
  package static let words = """
    corpus: a text
    symbol: what bits are counted by: character, byte or word
    training_symbols, validation_symbols, test_symbols: the first 90 %, the next 5 %, the last 5 %, or three files
    recall_bits_chance_baseline: of recalled symbols without any memory, where there are some
    baselines: n-grams on the same symbols as the models, the test part of a run; null for built-in texts
    """

  package let name: String
  package let tokens: Tokenization
  /// What a symbol is to a reader: character, byte or word; bits are per symbol.
  package let symbol: String
  package let vocabulary, trainingSymbols, validationSymbols, testSymbols: Int
  /// Known for some built-in corpora only.
  @OrNull package private(set) var entropyBitsPerSymbol: Double?
  /// What recalled symbols cost without any memory; nil where nothing is recalled.
  @OrNull package private(set) var recallBitsChanceBaseline: Double?
  /// What n-grams pay for what models are measured on; nil for built-in texts, and where nothing was measured.
  @OrNull package private(set) var baselines: [NGramResult]?

  package init(_ corpus: Corpus, baselines: [NGramResult] = []) {
    self.baselines = baselines.isEmpty ? nil : baselines
    name = corpus.name
    tokens = corpus.vocabulary.tokenization
    symbol = corpus.symbol
    vocabulary = corpus.vocabulary.count
    trainingSymbols = corpus.splits.train.symbols.count
    validationSymbols = corpus.splits.validation.symbols.count
    testSymbols = corpus.splits.test.symbols.count
    entropyBitsPerSymbol = corpus.entropyBitsPerCharacter
    recallBitsChanceBaseline = corpus.builtin?.facts.recallBitsChanceBaseline
  }

  /// What losses are counted in.
  package var unit: String { "bits per \(symbol)" }

  /// Its symbols, and which they are.
  package var symbols: String {
    let which =
      switch tokens {
      case .bytes: vocabulary == Vocabulary.allBytes.count ? "all bytes" : "the bytes that occur"
      case .characters: "the characters that occur"
      case .words: "the most frequent words"
      }
    return "V = \(vocabulary), \(which)"
  }

  /// The sizes of its parts, and its symbols.
  package var sizes: String {
    "\(Numeral.count(trainingSymbols)) \(symbol)s to train on, \(Numeral.count(validationSymbols)) to validate, "
      + "\(Numeral.count(testSymbols)) to test; \(symbols)"
  }
}

extension RunConfiguration {
  /// What results of this run say of the text, n-grams on what is evaluated of the test part included: they take a second a million
  /// symbols.
  func summary(of corpus: Corpus) -> CorpusSummary {
    CorpusSummary(corpus, baselines: corpus.nGrams(on: evaluated(corpus.splits.test)))
  }
}

extension Vocabulary {
  /// What a symbol is to a reader: a byte of a text in which some characters have several is not one of them.
  package var symbol: String {
    switch tokenization {
    case .words: "word"
    case .characters: "character"
    case .bytes: isASCII ? "character" : "byte"
    }
  }
}

extension Corpus {
  /// What a symbol is to a reader.
  package var symbol: String { vocabulary.symbol }

  /// What losses are counted in.
  package var unit: String { "bits per \(symbol)" }
}
