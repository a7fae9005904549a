import Corpora
import Experiments
import Jacobian
import MixtureOfExperts
import RunFiles
import Training

/// The flags of `trace` that no other command has.
enum TraceFlags {
  static let checkpoint = Flag<String>.path(
    "checkpoint", "DIR", help: "a run of train whose model is traced"
  ).optional("a small model made on the spot")
  static let text = Flag<[UInt8]>.bytes("text", help: "the text, in symbols of the built-in one or of the run")
    .defaulting(to: Array("Hello".utf8))
  static let token = Flag<Int>.integer(
    "token", in: 0...1_000_000, help: "the traced symbol, counted from 0; the one after it is to be predicted"
  ).optional("the last but one")
  static let layer = Flag<Int>.integer(
    "layer", in: 0...Configuration.Limits.layers.upperBound - 1, help: "the traced layer, counted from 0"
  ).defaulting(to: 0)
  static let defaultTopK = 2
  static let topK = Flag<Int>.integer(
    "experts-per-token", in: Configuration.Limits.experts, help: "experts for each token, k"
  ).also("top-k").optional("\(defaultTopK), or N if that is less")
  static let routers = Flag<[RouterKind]>.choices(
    "routers", among: RouterKind.compared, help: "who learns"
  ).defaulting(to: RouterKind.compared)

  // What is to be read by eye is small.
  static let experts = size("experts", "experts, N", 4)
  static let modelWidth = size("model-width", "width of a token's representation, d; even", in: 2...64, 6)
  static let expertWidth = size("expert-width", "hidden width of an expert, f", 5)
  static let embeddingWidth = size("embedding-width", "length of the router embedding e, m", 3)
  static let hypernetworkWidth = size("hypernetwork-width", "hidden width of the hypernetwork, s", 7)
  static let seed = RunFlags.seed.meaning("determines the small model's weights")
  static let small: [any DeclaredFlag] = [
    experts, modelWidth, expertWidth, embeddingWidth, hypernetworkWidth, routers,
  ]

  private static func size(
    _ name: String, _ help: String, in range: ClosedRange<Int> = 1...64, _ value: Int
  ) -> Flag<Int> {
    Flag<Int>.integer(name, in: range, help: help).defaulting(to: value)
  }
}

extension Command {
  /// `hyperrouter trace`: every equation of the mixture for one token, in numbers.
  static let trace = Command(
    "trace", summary: "follow one token through the equations, in numbers",
    discussion: """
      Follows one token through one mixture of experts and back: from e to W_r, to the experts' outputs, to the loss, to the
      gradient of e and one step of Adam. Every equation has its label in NOTES.md and the numbers that go in and come out,
      all from the model's own code. By default three routers begin with the same W_r, so that what differs is who learns.
      Experts, layers and symbols are counted from 0.
      """,
    groups: [
      FlagGroup(
        "What to trace",
        [TraceFlags.text, TraceFlags.token, TraceFlags.layer, TraceFlags.topK, TraceFlags.checkpoint]),
      FlagGroup(
        "The small model (a run decides its own)", TraceFlags.small + [RunFlags.gateOrder, TraceFlags.seed]),
      FlagGroup("Output", [RunFlags.json]),
    ],
    examples: [
      Example("the first prediction, at the release's gate order", "--token", "0", "--gate-order", "topk-softmax"),
      Example("in a trained model", "--checkpoint", "runs/book", "--text", "To be", "--layer", "1"),
    ],
    check: { options in
      guard options.isGiven(TraceFlags.checkpoint) else {
        let (configuration, vocabulary) = try options.smallModel()
        _ = (try options.place(in: configuration), try options.tracedToken(vocabulary))
        return
      }
      if let flag = options.firstGiven(of: TraceFlags.small + [RunFlags.seed]) {
        throw CommandError.usage("--\(flag.name): found together with --checkpoint, whose run decides it")
      }
    }
  ) { options, console in
    let trace = try options[TraceFlags.checkpoint].map { try options.trace(ofCheckpoint: $0) } ?? options.smallTrace()
    try options[RunFlags.json] ? console.printObject(Stamped(trace)) : trace.print(on: console)
  }
}

extension Trace {
  /// What is traced, then one block of numbers for each equation, then what differs.
  func print(on console: Console) throws {
    try console.print(console.style.bold("One token through one mixture of experts, and back"))
    for line in heading { try console.print(line) }
    for equation in equations {
      try console.print("\n" + console.style.bold(equation.label) + "  " + equation.formula)
      for line in equation.numbers.flatMap(\.lines) { try console.print(line) }
    }
    try console.print("\n" + console.style.bold("Who learns from this token"))
    for sentence in conclusions { try console.print(console.wrapped(sentence)) }
  }
}

extension Options {
  fileprivate func smallTrace() throws -> Trace {
    let (configuration, vocabulary) = try smallModel()
    return Trace(
      try tracedToken(vocabulary), vocabulary, throughModelOf: configuration, seed: self[RunFlags.seed],
      at: try place(in: configuration), learningAs: self[TraceFlags.routers])
  }

  fileprivate func trace(ofCheckpoint path: String) throws -> Trace {
    let run = try StoredRun(RunDirectory.open(path))
    let configuration = run.configuration.model
    guard configuration.router.facts?.isLinear == true else {
      let linear = RouterKind.allCases.filter { $0.facts?.isLinear == true }.map(\.rawValue)
      throw FileError(
        .unexpected, path,
        "holds a model with router \(configuration.router.rawValue), expected one with rows: "
          + linear.joined(separator: ", "))
    }
    try expectGateOrder(of: run)
    let place = try place(in: configuration)
    let token = try tracedToken(run.configuration.vocabulary)
    // In double precision: the model, its gradients, two moments, and what the step is taken back to.
    try run.expectMemory(6 * run.configuration.bytesForReading)
    let trace = Trace(
      token, run.configuration.vocabulary, through: LanguageModel(converting: try run.model()), from: path,
      after: try run.plannedOrFinishedSteps(), of: run.configuration.training, at: place)
    guard trace.routers.allSatisfy(\.isFinite) else {
      throw CommandError(
        .failure, "\(path): found numbers that are not finite on the token's way, expected finite ones")
    }
    return trace
  }

  /// A model of one layer that reads the alphabet of `builtin:dialects`.
  fileprivate func smallModel() throws -> (Configuration, Vocabulary) {
    let vocabulary = try Vocabulary(of: DialectCorpus.markers + DialectCorpus.letters + [0x0A], tokenization: .bytes)
    let d = self[TraceFlags.modelWidth]
    var configuration = Configuration(
      vocabulary: vocabulary.count, layers: 1, modelWidth: d, heads: 1, headWidth: d,
      expertWidth: self[TraceFlags.expertWidth], experts: self[TraceFlags.experts], segment: 1, memory: 64,
      router: .hyperRouter)
    configuration.gateOrder = self[RunFlags.gateOrder]
    configuration.embeddingWidth = self[TraceFlags.embeddingWidth]
    configuration.hypernetworkWidth = self[TraceFlags.hypernetworkWidth]
    configuration.dropout = 0
    try configuration.validate()
    return (configuration, vocabulary)
  }

  fileprivate func place(in configuration: Configuration) throws(CommandError) -> Trace.Place {
    let (layer, layers, N) = (self[TraceFlags.layer], configuration.layers, configuration.experts)
    guard layer < layers else {
      throw .usage("--layer: found \(layer), expected one of the model's \(layers), 0 to \(layers - 1)")
    }
    let k = self[TraceFlags.topK] ?? min(TraceFlags.defaultTopK, N)
    guard k <= N else {
      throw .usage("--experts-per-token: found \(k), expected at most the number of experts, \(N)")
    }
    return (layer, k)
  }

  fileprivate func tracedToken(_ vocabulary: Vocabulary) throws -> TracedToken {
    let symbols: [Int32]
    do {
      symbols = try vocabulary.encode(self[TraceFlags.text])
    } catch let error as CorpusError {
      throw CommandError.usage("--text: \(error)")
    }
    guard symbols.count >= 2 else {
      throw CommandError.usage(
        "--text: found \(symbols.count) symbols, expected at least 2: one to trace and one to predict")
    }
    let position = self[TraceFlags.token] ?? symbols.count - 2
    guard position + 1 < symbols.count else {
      throw CommandError.usage(
        "--token: found \(position), expected 0 to \(symbols.count - 2): the text has \(symbols.count) symbols, and the "
          + "last one can only be predicted")
    }
    return TracedToken(symbols, at: position)
  }
}
