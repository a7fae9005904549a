import CommandLineInterface
import Corpora
import Files
import Foundation
import Tensors
import Training
import TransformerXL

extension Command {
  private static let routers = Flag<[String]>.choices(
    "routers", among: RouterKind.allCases.map(\.rawValue), help: "the models to compare, in this order"
  ).defaulting(to: [RouterKind.smoe, .smoeDropout, .hyperRouter].map(\.rawValue))

  /// `hyperrouter compare`: the main job.
  static let compare = Command(
    "compare", summary: "train routers side by side on one text and compare them",
    discussion: """
      Trains each router from the same seed on the same text, evaluates each at k = 1, 2, 4, … N experts on the
      validation part, and prints the tables. All weights but the routers' start equal. Without --out nothing is
      written; with it every model is kept in DIR/ROUTER.
      """,
    groups: [
      FlagGroup("What to compare", [routers, RunFlags.data, RunFlags.tokens, RunFlags.ks]),
      FlagGroup("Output", [RunFlags.output.optional("nothing is written"), RunFlags.json]),
      RunFlags.model, RunFlags.training,
    ],
    check: { options in
      try reporting { try options.checkRuns(of: options[routers].compactMap(RouterKind.init)) }
    }
  ) { options, console in
    try reporting { try Comparison(options, console, routers: options[routers]).run() }
  }
}

/// One run of `compare`.
private struct Comparison {
  let options: Options
  let console: Console
  let routers: [RouterKind]
  let corpus: Corpus
  let workers: Workers

  /// The object that `--json` prints and `results.json` keeps.
  struct Result: Codable {
    let corpus: CorpusSummary
    let preset: String
    let gateOrder: String
    let seed: UInt64
    let steps: Int
    let threads: Int
    let sizes: RunSizes
    let routers: [RouterResult]

    enum CodingKeys: String, CodingKey {
      case corpus, preset, seed, steps, threads, sizes, routers
      case gateOrder = "gate_order"
    }
  }

  init(_ options: Options, _ console: Console, routers: [String]) throws {
    self.options = options
    self.console = console
    self.routers = routers.compactMap(RouterKind.init)
    corpus = try Corpus.load(
      options[RunFlags.data], tokenization: options[RunFlags.tokens], minimum: options.minimumSymbols())
    workers = Workers(count: options[RunFlags.threads])
  }

  func run() throws {
    let configurations = try routers.map { try options.run($0, on: corpus) }
    for configuration in configurations { _ = try options.evaluationKs(configuration.model) }
    let directory = try options[RunFlags.output.optional("nothing is written")].map { try create(at: $0) }
    try directory?.writeJSON(configurations, to: RunDirectory.configurationName)
    let json = options[RunFlags.json]
    if !json, let first = configurations.first { try console.print(heading(first)) }

    var results: [RouterResult] = []
    for configuration in configurations {
      let result = try train(configuration, in: directory)
      results.append(result)
    }
    let result = Result(
      corpus: CorpusSummary(corpus), preset: options[RunFlags.preset].rawValue,
      gateOrder: options[RunFlags.gateOrder].rawValue, seed: UInt64(options[RunFlags.seed]),
      steps: configurations[0].training.steps, threads: workers.count, sizes: RunSizes(configurations[0]),
      routers: results)
    try directory?.writeJSON(result, to: "results.json")
    if json {
      try console.printObject(result)
    } else {
      // Also apart from what progress left on a terminal.
      try console.print("")
      try ComparisonTables(results: results, entropy: corpus.entropyBitsPerCharacter, unit: corpus.unit)
        .print(on: console)
      if let directory { try console.print("kept in \(directory.path)") }
    }
  }

  /// Makes the directory, if none of the runs that it is to hold is there already.
  private func create(at path: String) throws -> RunDirectory {
    let directory = try RunDirectory.create(at: path)
    for router in routers where directory.contains("\(router.rawValue)/\(RunDirectory.configurationName)") {
      throw FileError(
        .cannotCreate, directory.path(of: router.rawValue), "already holds a run, expected a new directory")
    }
    return directory
  }

  private func train(_ configuration: RunConfiguration, in directory: RunDirectory?) throws -> RouterResult {
    let router = configuration.model.router.rawValue
    let own = try directory.map { try RunDirectory.create(at: $0.path(of: router)) }
    try own?.writeJSON(configuration, to: RunDirectory.configurationName)
    let session = TrainingSession(
      configuration: configuration, corpus: corpus, label: router, workers: workers, directory: own,
      console: console, checkpointInterval: 500, logInterval: 10)
    let outcome = try session.run()
    let result = try RouterResult.evaluating(
      outcome, of: session, ks: options.evaluationKs(configuration.model))
    try own?.writeJSON(result, to: "results.json")
    if let best = result.best {
      let bits = String(format: "%.3f", best.bitsPerCharacter)
      let seconds = String(format: "%.1f", outcome.seconds)
      console.note("\(router): \(bits) \(corpus.unit) at k = \(best.k), \(seconds) s")
    }
    return result
  }

  private func heading(_ configuration: RunConfiguration) -> String {
    let (model, training) = (configuration.model, configuration.training)
    var lines = [
      corpus.name,
      "  \(corpus.splits.train.symbols.count) symbols to train on, "
        + "\(corpus.splits.validation.symbols.count) to validate, V = \(model.vocabulary)",
      "\(options[RunFlags.preset].rawValue), \(training.steps) steps, seed \(training.seed), "
        + "\(model.gateOrder.rawValue), \(workers.count) threads",
      "  L = \(model.layers), d = \(model.modelWidth), H·d_h = \(model.heads)·\(model.headWidth), "
        + "f = \(model.expertWidth), N = \(model.experts), "
        + "T = \(model.segment), M = \(model.memory), B = \(training.batch)",
    ]
    if let entropy = corpus.entropyBitsPerCharacter {
      lines.insert("  exact entropy: \(String(format: "%.4f", entropy)) bits per character", at: 2)
    }
    return lines.joined(separator: "\n")
  }
}
