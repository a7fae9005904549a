import CommandLineInterface
import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import Training
import TransformerXL

/// One run of `compare`.
struct Comparison {
  let options: Options
  let console: Console
  let interruption: Interruption
  let corpus: Corpus
  let workers: Workers
  /// One run for each router, in the order asked for.
  let configurations: [RunConfiguration]

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

  init(_ options: Options, _ console: Console, _ interruption: Interruption, routers: [RouterKind]) throws {
    self.options = options
    self.console = console
    self.interruption = interruption
    let corpus = try Corpus.load(
      options[RunFlags.data], tokenization: options[RunFlags.tokens], minimum: options.minimumSymbols())
    self.corpus = corpus
    workers = Workers(count: options[RunFlags.threads])
    configurations = try routers.map { try options.run($0, on: corpus) }
    for configuration in configurations { _ = try options.evaluationKs(configuration.model) }
  }

  /// Trains what is not trained yet, keeps the results and prints them.
  ///
  /// - Parameter directory: Where the comparison is kept, or nil.
  /// - Throws: `CommandError` if a loss stops being finite or the user interrupts, `FileError`.
  func run(in directory: RunDirectory?) throws {
    let json = options[RunFlags.json]
    if !json, let first = configurations.first { try console.print(heading(first)) }
    let results = try configurations.map { try finished($0, in: directory) }
    let result = Result(
      corpus: CorpusSummary(corpus), preset: options[RunFlags.preset].rawValue,
      gateOrder: options[RunFlags.gateOrder].rawValue, seed: UInt64(options[RunFlags.seed]),
      steps: configurations[0].training.steps, threads: workers.count, sizes: RunSizes(configurations[0]),
      routers: results)
    if let directory {
      try interruption.completing { try directory.writeJSON(result, to: RunDirectory.resultsName) }
    }
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

  /// What there is to report of one router: as it was kept, or after training it to the end.
  private func finished(_ configuration: RunConfiguration, in directory: RunDirectory?) throws -> RouterResult {
    let router = configuration.model.router.rawValue
    let ks = try options.evaluationKs(configuration.model)
    let own = try directory.map { try self.directory(of: configuration, in: $0) }
    if let kept = own.flatMap({ kept(configuration, ks: ks, in: $0) }) {
      note(kept, "kept from before")
      return kept
    }
    let session = TrainingSession(
      configuration: configuration, corpus: corpus, label: router, workers: workers, directory: own,
      console: console, interruption: interruption, checkpointInterval: 500, logInterval: 10)
    let outcome = try session.run()
    let result = try RouterResult.evaluating(outcome, of: session, ks: ks)
    if let own { try interruption.completing { try own.writeJSON(result, to: RunDirectory.resultsName) } }
    note(result, String(format: "%.1f s", outcome.seconds))
    return result
  }

  private func note(_ result: RouterResult, _ remark: String) {
    guard let best = result.best else { return }
    let bits = String(format: "%.3f", best.bitsPerCharacter)
    console.note("\(result.router): \(bits) \(corpus.unit) at k = \(best.k), \(remark)")
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
