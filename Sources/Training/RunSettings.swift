import Corpora
import Foundation
import Hosts
import MixtureOfExperts
import RunFiles
import Tensors

/// What a run is asked to be: a preset, and what is to differ from it.
///
/// Each change is a key path into the ``RunConfiguration`` that comes of it. The dependent defaults stand here and nowhere
/// else: m = d, no more shards than rows, the router's own k schedule, and nil for what the release does.
public struct RunSettings: Sendable {
  private struct Change: Sendable {
    let path: PartialKeyPath<RunConfiguration> & Sendable
    let value: any Sendable
    let apply: @Sendable (inout RunConfiguration) -> Void
  }

  /// Where all sizes come from that are not set.
  public var preset: Preset
  /// k where it does not grow, and where growth begins; the preset's, at most N, if nil.
  public var expertsPerToken: Int?
  /// Whether k grows, up to N or as far as the preset lets it; as the router's authors have it if nil.
  public var growsK: Bool?
  /// Experts for each token in evaluations; 1, 2, 4, … and N if nil.
  public var evaluationKs: [Int]?
  /// V; that of `Corpus.load` if nil.
  public var vocabularySize: Vocabulary.Size?
  /// The threads to use; results are the same bits for any number.
  public var threads = Self.equalCores
  private var changes: [Change] = []

  /// How many cores are equally fast: a step waits for its slowest tile, so Apple silicon's efficiency cores only delay it.
  private static var equalCores: Int {
    let active = ProcessInfo.processInfo.activeProcessorCount
    #if canImport(Darwin)
      var (count, size) = (Int32(0), MemoryLayout<Int32>.size)
      let isKnown = sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, nil, 0) == 0
      if isKnown && count > 0 { return min(Int(count), active) }
    #endif
    return active
  }

  /// A run of a preset, with nothing else said.
  public init(preset: Preset = .standard) { self.preset = preset }

  /// Sets a value of the configuration, instead of what the preset, the router or the release gives it.
  public mutating func set<Value: Sendable>(
    _ path: WritableKeyPath<RunConfiguration, Value> & Sendable, to value: Value
  ) {
    unset(path)
    changes.append(Change(path: path, value: value) { $0[keyPath: path] = value })
  }

  /// Forgets that a value was set.
  public mutating func unset(_ path: PartialKeyPath<RunConfiguration>) { changes.removeAll { $0.path == path } }

  /// Whether a value was set.
  public func isSet(_ path: PartialKeyPath<RunConfiguration>) -> Bool { changes.contains { $0.path == path } }

  /// The value that was set; nil if none was.
  public subscript<Value>(path: WritableKeyPath<RunConfiguration, Value>) -> Value? {
    let path: PartialKeyPath<RunConfiguration> = path
    return changes.first { $0.path == path }?.value as? Value
  }

  /// Another run with the values that were set.
  public func changing(_ run: RunConfiguration) -> RunConfiguration {
    changes.reduce(into: run) { $1.apply(&$0) }
  }

  /// The text, as a command line names it.
  public var data: String { self[\.data] ?? BuiltinCorpus.standard.rawValue }

  /// Determines initial weights and dropout.
  public var seed: UInt64 { self[\.training.seed] ?? TrainingOptions.Defaults.seed }

  /// That of the first run, and those after it.
  public func seeds(_ count: Int) -> [UInt64] { (0..<UInt64(count)).map { seed &+ $0 } }

  /// The threads to use.
  public var workers: Workers { Workers(count: threads) }
}

extension RunSettings {
  /// The configuration that is meant, its model checked.
  ///
  /// - Parameters:
  ///   - vocabulary: The symbols; a single one stands for those of a text that was not read yet.
  ///   - model: The model of another run, whose weights are gone on from; made from the preset if nil.
  public func configuration(
    _ router: RouterKind, vocabulary: Vocabulary? = nil, model: Configuration? = nil
  ) throws -> RunConfiguration {
    let symbols = try vocabulary ?? Vocabulary(of: [0], tokenization: .bytes)
    let sizes = preset.sizes
    var run = RunConfiguration(
      data: BuiltinCorpus.standard.rawValue, tokens: symbols.tokenization,
      model: model ?? Configuration(sizes, vocabulary: symbols.count, router: router),
      training: TrainingOptions(
        batch: sizes.batch, steps: sizes.steps, learningRate: LearningRateSchedule(peak: sizes.learningRate),
        clip: sizes.clip, kSchedule: KSchedule(.constant, 1, 1), seed: TrainingOptions.Defaults.seed,
        shards: sizes.shards),
      vocabulary: symbols)
    run = changing(run)
    // The text is what was read, not what was asked for.
    run.data = Corpus.absoluteSpecification(run.data)
    run.validation = run.validation.map { InputFile.absolutePath(of: $0) }
    run.test = run.test.map { InputFile.absolutePath(of: $0) }
    run.tokens = symbols.tokenization
    if model == nil { complete(&run.model) }
    try complete(&run.training, for: run.model)
    try run.model.validate()
    return run
  }

  /// Gives a model what depends on its other sizes.
  private func complete(_ model: inout Configuration) {
    if !isSet(\.model.embeddingWidth) { model.embeddingWidth = model.modelWidth }
    if model.router.facts?.hasBalancingLoss != true
      || model.balanceCoefficient == SMoEBalancedRouter<Float>.defaultCoefficient
    {
      model.balanceCoefficient = nil
    }
    // What the release does is what a configuration says by saying nothing.
    if model.routerScale == .release { model.routerScale = nil }
    if model.embeddingScale == .release { model.embeddingScale = nil }
  }

  private func complete(_ training: inout TrainingOptions, for model: Configuration) throws {
    training.shards = min(training.batch, training.shards)
    let k = try smallestK(experts: model.experts)
    if !isSet(\.training.kSchedule) {
      let grows = growsK ?? (model.router.facts?.growsK == true)
      training.kSchedule = preset.kSchedule(grows: grows, from: k, experts: model.experts)
    }
    if training.learningRate.minimum == LearningRateSchedule.defaultMinimum { training.learningRate.minimum = nil }
    if training.memoryReset == TrainingOptions.Defaults.memoryReset { training.memoryReset = nil }
    if training.weightDecay == TrainingOptions.Defaults.weightDecay { training.weightDecay = nil }
    if training.routerLearningRate == TrainingOptions.Defaults.routerLearningRate { training.routerLearningRate = nil }
  }

  private func smallestK(experts: Int) throws(ConfigurationError) -> Int {
    let k = expertsPerToken ?? min(preset.sizes.k, experts)
    try ConfigurationError.expect(
      k <= experts, "expertsPerToken", k, "at most the number of experts, \(experts)")
    return k
  }

  /// A run on a text, checked: also that the machine's memory holds it.
  ///
  /// - Parameter other: A run whose model is gone on from, if there is one.
  public func run(
    _ router: RouterKind, on corpus: Corpus, from other: RunConfiguration? = nil
  ) throws -> RunConfiguration {
    var run = try configuration(router, vocabulary: corpus.vocabulary, model: other?.model)
    if let other, !isSet(\.data) {
      run.data = other.data
      if heldOut == nil { (run.validation, run.test) = (other.validation, other.test) }
    }
    run.fingerprint = corpus.fingerprint
    try run.validate()
    try corpus.expectLists(fit: run.model.segment)
    try MemoryShortage.check(run.bytesForTraining)
    return run
  }

  /// Experts for each token at which a model is evaluated; a dense network uses all that it has, whatever k is.
  public func evaluationKs(_ model: Configuration) throws(ConfigurationError) -> [Int] {
    let experts = model.experts
    if let tooLarge = evaluationKs?.first(where: { $0 > experts }) {
      throw ConfigurationError("k", found: tooLarge, expected: "at most the number of experts, \(experts)")
    }
    guard model.router.isSparse else { return [experts] }
    return evaluationKs ?? Array(sequence(first: 1) { $0 * 2 < experts ? $0 * 2 : nil })
      + (experts > 1 ? [experts] : [])
  }

  /// The files to validate and test on, if they are not the end of the text.
  public var heldOut: Corpus.HeldOut? { Corpus.HeldOut(self[\.validation] ?? nil, self[\.test] ?? nil) }

  /// Refuses one file that is held out without the other.
  public func checkHeldOut() throws(ConfigurationError) {
    let (validation, test) = (isSet(\.validation), isSet(\.test))
    guard validation != test else { return }
    throw ConfigurationError(
      validation ? "test" : "validation", found: "nothing",
      expected: "a file, as for --\(validation ? "validation" : "test"): all of --data is then trained on")
  }

  /// Refuses a number of symbols with other symbols than words, but for all bytes.
  public func checkVocabulary() throws(ConfigurationError) {
    let tokens = self[\.tokens] ?? .bytes
    guard case .count(let size) = vocabularySize, tokens != .words,
      tokens != .bytes || size != Vocabulary.allBytes.count
    else { return }
    throw ConfigurationError(
      "vocabulary", found: "\(size) with --tokens \(tokens.rawValue)",
      expected: "--tokens words, or \(Vocabulary.allBytes.count) with --tokens bytes")
  }

  /// Reads a text as the settings say, long enough for the run.
  public func corpus() throws -> Corpus {
    try Corpus.load(
      data, heldOut: heldOut, tokenization: self[\.tokens] ?? .bytes, size: vocabularySize, minimum: minimumSymbols)
  }

  /// How many symbols each part of the text must have.
  public var minimumSymbols: Splits<Int> {
    .forTraining(
      batch: self[\.training.batch] ?? preset.sizes.batch, segment: self[\.model.segment] ?? preset.sizes.segment)
  }
}

extension Configuration {
  /// A model of a preset's sizes.
  package init(_ sizes: Preset.Sizes, vocabulary: Int, router: RouterKind) {
    self.init(
      vocabulary: vocabulary, layers: sizes.layers, modelWidth: sizes.modelWidth, heads: sizes.heads,
      headWidth: sizes.headWidth, expertWidth: sizes.expertWidth, experts: sizes.experts, segment: sizes.segment,
      memory: sizes.memory, router: router)
    dropout = sizes.dropout
  }
}

extension Splits<Int> {
  /// How many symbols each part of a text must have for a run: a segment at least.
  public static func forTraining(batch: Int, segment: Int) -> Splits {
    Splits(
      train: BatchStream.minimumSymbols(batch: batch, segmentLength: segment), validation: max(2, segment),
      test: max(2, segment))
  }
}

extension Corpus {
  /// Refuses segments that are shorter than the longest list: its value could not be known from it.
  public func expectLists(fit segment: Int) throws(ConfigurationError) {
    guard let needed = minimumSegment, segment < needed else { return }
    throw ConfigurationError(
      "segment", found: segment,
      expected: "at least \(needed), the length of the longest list of \(name) with its =")
  }
}

/// More bytes than this machine's memory holds, or than this process may have of it.
public struct MemoryShortage: Error, CustomStringConvertible {
  /// What was found and what was expected.
  public let description: String
  /// The setting that is to blame; many together if nil.
  public private(set) var setting: String?

  /// The shortage; nil if there is enough for an estimate of what is needed.
  public init?(of bytes: Double) {
    let available = Double(ProcessInfo.processInfo.physicalMemory)
    // Not only numbers are in it: the program, its threads.
    let allowed = Double(ProcessLimit.addressSpace.value) - Double(ProcessLimit.addressSpace.needed)
    guard bytes > min(available, allowed) else { return nil }
    description =
      allowed < available
      ? String(
        format: "found sizes that take about %.2f GB, expected at most the %.2f GB that the limit of memory leaves",
        bytes / 1e9, max(0, allowed) / 1e9)
      : String(
        format: "found sizes that take about %.0f GB, expected at most this machine's %.0f GB", bytes / 1e9,
        available / 1e9)
  }

  /// The same, blamed on a setting.
  public func named(_ setting: String) -> MemoryShortage {
    var shortage = self
    shortage.setting = setting
    return shortage
  }

  /// Refuses what the memory cannot hold.
  public static func check(_ bytes: Double) throws(MemoryShortage) {
    if let shortage = MemoryShortage(of: bytes) { throw shortage }
  }
}
