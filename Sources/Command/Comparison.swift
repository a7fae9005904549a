import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Report
import RunFiles
import Training

/// One run of `compare`: routers side by side on one text, with the same seeds.
struct Comparison {
  /// How many seeds, unless --seeds says otherwise: enough to see, too few to judge.
  static let defaultSeeds = 1

  let experiment: Experiment
  let corpus: Corpus
  let conditions: Conditions
  let seeds: [UInt64]
  private var options: Options { experiment.options }
  private var console: Console { experiment.console }

  /// The object that `--json` prints and `results.json` keeps.
  struct Result: Encodable {
    let corpus: CorpusSummary
    let preset: String
    let conditions: String
    let gateOrder: String
    let seed: UInt64
    let seeds: Int
    let steps: Int
    let threads: Int
    let sizes: RunSizes
    let routers: [RouterResult]
    let differences: [RouterDifference]
  }

  init(
    _ options: Options, _ console: Console, _ interruption: Interruption, routers: [RouterKind],
    conditions: Conditions, seeds count: Int
  ) throws {
    let corpus = try options.settings.corpus()
    let seeds = options.settings.seeds(count)
    self.corpus = corpus
    self.conditions = conditions
    self.seeds = seeds
    let runs = try PlannedRun.all(
      routers.map { conditions.variant($0, options) }, on: corpus, seeds: seeds,
      specification: options[RunFlags.data], options)
    experiment = try Experiment(
      options, console, interruption, runs,
      parts: [RunOrigin.Part(corpus.name, corpus, runs: runs.map(\.name), isJudged: true)])
  }

  /// Trains what is not trained yet, keeps the results and prints them.
  ///
  /// - Parameter directory: Where the comparison is kept, or nil.
  /// - Throws: `CommandError` if a loss stops being finite or the user interrupts, `FileError`.
  func run(in directory: RunDirectory?) throws {
    let json = options[RunFlags.json]
    let first = experiment.runs[0].configuration
    if !json { try console.print(heading(first)) }
    let results = try experiment.results(in: directory)
    let summary = ComparisonSummary(results)
    let result = Result(
      corpus: CorpusSummary(corpus), preset: options[RunFlags.preset].rawValue, conditions: conditions.rawValue,
      gateOrder: options[RunFlags.gateOrder].rawValue, seed: seeds[0], seeds: seeds.count,
      steps: first.training.steps, threads: experiment.workers.count, sizes: RunSizes(first),
      routers: results, differences: summary.differences)
    if let directory {
      try experiment.interruption.completing { try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName) }
    }
    if json {
      try console.printObject(Stamped(result))
    } else {
      // Also apart from what progress left on a terminal.
      try console.print("")
      try ComparisonTables(summary: summary, corpus: corpus, experts: first.model.experts).print(on: console)
      for finding in summary.findings(corpus.unit) { try console.print("\n" + console.wrapped(finding)) }
      try console.print(TextChart(summary, unit: corpus.unit))
      if let directory { try console.print("\nkept in \(directory.path)") }
    }
  }

  private func heading(_ configuration: RunConfiguration) -> String {
    let (model, training) = (configuration.model, configuration.training)
    let splits = corpus.splits
    var lines = [
      corpus.name,
      "  symbols: \(splits.train.symbols.count) to train on, \(splits.validation.symbols.count) to validate, "
        + "\(splits.test.symbols.count) to test; V = \(model.vocabulary)",
      "\(options[RunFlags.preset].rawValue), \(training.steps) steps, "
        + (seeds.count == 1 ? "seed \(seeds[0])" : "seeds \(seeds[0]) to \(seeds[seeds.count - 1])")
        + ", \(model.gateOrder.rawValue), \(experiment.workers.count.counted("thread"))",
      "  L = \(model.layers), d = \(model.modelWidth), H·d_h = \(model.heads)·\(model.headWidth), "
        + "f = \(model.expertWidth), N = \(model.experts), "
        + "T = \(model.segment), M = \(model.memory), B = \(training.batch)",
    ]
    lines.append("  " + conditions.summary(options))
    if let entropy = corpus.entropyBitsPerCharacter {
      lines.insert("  exact entropy: \(String(format: "%.4f", entropy)) \(corpus.unit)", at: 2)
    }
    return lines.joined(separator: "\n")
  }
}
