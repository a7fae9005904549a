import Corpora
import Experiments
import Foundation
import Hosts
import Jacobian
import MixtureOfExperts
import RunFiles
import Training

/// The work of `trace`: makes or reads a model, and follows one token through it and back.
struct TraceRun {
  static let checkpoint = Flag<String>.path(
    "checkpoint", "DIR", help: "a run of train whose model is traced"
  ).optional("a small model made on the spot")
  static let defaultText = "Hello"
  static let text = Flag<String>.string(
    "text", help: "the text, in symbols of the built-in one or of the run"
  ).defaulting(to: defaultText)
  static let token = Flag<Int>.integer(
    "token", in: 0...1_000_000, help: "the traced symbol, counted from 0; the one after it is to be predicted"
  ).optional("the last but one")
  static let layer = Flag<Int>.integer(
    "layer", in: 0...Configuration.Limits.layers.upperBound - 1, help: "the traced layer, counted from 0"
  ).defaulting(to: 0)
  static let defaultTopK = 2
  static let topK = Flag<Int>.integer(
    "experts-per-token", in: Configuration.Limits.experts, help: "experts for each token, k"
  ).formerly("top-k").optional("\(defaultTopK), or N if that is less")
  static let routers = Flag<[RouterKind]>.choices(
    "routers", among: RouterKind.compared, help: "who learns"
  ).defaulting(to: RouterKind.compared)

  // What is to be read by eye is small.
  static let experts = Flag<Int>.integer("experts", in: 1...64, help: "experts, N").defaulting(to: 4)
  static let modelWidth = Flag<Int>.integer(
    "model-width", in: 2...64, help: "width of a token's representation, d; even"
  ).defaulting(to: 6)
  static let expertWidth = Flag<Int>.integer(
    "expert-width", in: 1...64, help: "hidden width of an expert, f"
  ).defaulting(to: 5)
  static let embeddingWidth = Flag<Int>.integer(
    "embedding-width", in: 1...64, help: "length of the router embedding e, m"
  ).defaulting(to: 3)
  static let hypernetworkWidth = Flag<Int>.integer(
    "hypernetwork-width", in: 1...64, help: "hidden width of the hypernetwork, s"
  ).defaulting(to: 7)
  static let seed = RunFlags.seed.meaning("determines the small model's weights")
  private static let sizes: [any DeclaredFlag] = [
    experts, modelWidth, expertWidth, embeddingWidth, hypernetworkWidth,
  ]
  static let model = FlagGroup(
    "The small model (a run decides its own)", sizes + [routers, RunFlags.gateOrder, seed])

  /// The most symbols that a small model remembers.
  private static let memory = 64

  let options: Options

  /// Refuses flags that do not go together, before a file is read.
  ///
  /// - Parameter options: The command's flags.
  /// - Throws: `CommandError`, `ConfigurationError`.
  static func check(_ options: Options) throws {
    let run = TraceRun(options: options)
    guard options.isGiven(checkpoint) else {
      let configuration = try run.smallConfiguration()
      try run.checkSizes(configuration)
      _ = try run.tracedToken(smallVocabulary())
      return
    }
    if let flag = (sizes + [routers, RunFlags.seed]).first(where: { options.isGiven($0) }) {
      throw CommandError.usage("--\(flag.name): found together with --checkpoint, whose run decides it")
    }
  }

  /// Makes or reads the model and traces the token.
  func outcome() throws -> TraceOutcome {
    try options[Self.checkpoint].map { try ofCheckpoint(at: $0) } ?? ofSmallModel()
  }

  private func ofSmallModel() throws -> TraceOutcome {
    let (configuration, vocabulary) = (try smallConfiguration(), try Self.smallVocabulary())
    let token = try tracedToken(vocabulary)
    let model = LanguageModel<Double>.toTrace(configuration, seed: UInt64(options[RunFlags.seed]))
    let settings = TokenTrace.StepSettings(
      learningRate: TrainingOptions.Defaults.learningRate, clip: TrainingOptions.Defaults.clip)
    let k = try checkedTopK(configuration)
    let traces = options[Self.routers].map { kind in
      TokenTrace(
        token, through: model.learning(as: kind), router: kind.rawValue, layer: options[Self.layer], k: k,
        settings: settings)
    }
    return TraceOutcome(
      subject: TraceSubject(
        token, vocabulary, configuration, layer: options[Self.layer], k: k,
        model: .small(seed: UInt64(options[RunFlags.seed]))),
      routers: traces)
  }

  private func ofCheckpoint(at path: String) throws -> TraceOutcome {
    let run = try StoredRun(RunDirectory.open(path))
    let configuration = run.configuration.model
    guard configuration.router.facts?.isLinear == true else {
      let linear = RouterKind.allCases.filter { $0.facts?.isLinear == true }.map(\.rawValue)
      throw FileError(
        .unexpected, path,
        "holds a model with router \(configuration.router.rawValue), expected one with rows: "
          + linear.joined(separator: ", "))
    }
    if options.isGiven(RunFlags.gateOrder) && options[RunFlags.gateOrder] != configuration.gateOrder {
      throw CommandError.usage(
        "--gate-order: found \(options[RunFlags.gateOrder].rawValue), expected that of the run, "
          + configuration.gateOrder.rawValue)
    }
    try checkSizes(configuration)
    let token = try tracedToken(run.configuration.vocabulary)
    // In double precision: the model, its gradients, two moments, and what the step is taken back to.
    try run.expectMemory(6 * run.configuration.bytesForReading)
    let model = LanguageModel(converting: try run.model())
    let step = try Checkpoint.finishedSteps(of: run.configuration, in: run.directory)
    let training = run.configuration.training
    let k = try checkedTopK(configuration)
    let trace = TokenTrace(
      token, through: model, router: configuration.router.rawValue, layer: options[Self.layer], k: k,
      settings: TokenTrace.StepSettings(
        learningRate: training.learningRate.peak, clip: training.clip, routerFactor: training.routerLearningRate ?? 1,
        weightDecay: training.weightDecay ?? TrainingOptions.Defaults.weightDecay))
    guard trace.isFinite else {
      throw CommandError(
        .failure, "\(path): found numbers that are not finite on the token's way, expected finite ones")
    }
    return TraceOutcome(
      subject: TraceSubject(
        token, run.configuration.vocabulary, configuration, layer: options[Self.layer], k: k,
        model: .stored(path, step: step)),
      routers: [trace])
  }

  private func smallConfiguration() throws -> Configuration {
    let d = options[Self.modelWidth]
    var configuration = Configuration(
      vocabulary: try Self.smallVocabulary().count, layers: 1, modelWidth: d, heads: 1, headWidth: d,
      expertWidth: options[Self.expertWidth], experts: options[Self.experts], segment: 1, memory: Self.memory,
      router: .hyperRouter)
    configuration.gateOrder = options[RunFlags.gateOrder]
    configuration.embeddingWidth = options[Self.embeddingWidth]
    configuration.hypernetworkWidth = options[Self.hypernetworkWidth]
    configuration.dropout = 0
    try configuration.validate()
    return configuration
  }

  /// The alphabet of the built-in text.
  private static func smallVocabulary() throws -> Vocabulary {
    try Vocabulary(of: DialectCorpus.markers + DialectCorpus.letters + [0x0A], tokenization: .bytes)
  }

  private func checkSizes(_ configuration: Configuration) throws {
    let layers = configuration.layers
    guard options[Self.layer] < layers else {
      throw CommandError.usage(
        "--layer: found \(options[Self.layer]), expected one of the model's \(layers), 0 to \(layers - 1)")
    }
    _ = try checkedTopK(configuration)
  }

  private func checkedTopK(_ configuration: Configuration) throws -> Int {
    let k = options[Self.topK] ?? min(Self.defaultTopK, configuration.experts)
    guard k <= configuration.experts else {
      throw CommandError.usage(
        "--experts-per-token: found \(k), expected at most the number of experts, \(configuration.experts)")
    }
    return k
  }

  private func tracedToken(_ vocabulary: Vocabulary) throws -> TracedToken {
    let symbols: [Int32]
    do {
      symbols = try vocabulary.encode(options[Self.text])
    } catch let error as CorpusError {
      throw CommandError.usage("--text: \(error)")
    }
    guard symbols.count >= 2 else {
      throw CommandError.usage(
        "--text: found \(symbols.count) symbols, expected at least 2: one to trace and one to predict")
    }
    let position = options[Self.token] ?? symbols.count - 2
    guard position + 1 < symbols.count else {
      throw CommandError.usage(
        "--token: found \(position), expected 0 to \(symbols.count - 2): the text has \(symbols.count) symbols, and the "
          + "last one can only be predicted")
    }
    return TracedToken(symbols, at: position)
  }
}
