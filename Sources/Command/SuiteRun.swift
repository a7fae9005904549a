import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Training

/// One run of `compare --suite paper`.
struct SuiteRun {
  let suite: PaperSuite
  let experiment: Experiment
  private var options: Options { experiment.options }
  private var console: Console { experiment.console }

  /// The object that `--json` prints and `results.json` keeps.
  struct Result: Encodable {
    let suite: String
    let preset: String
    let seed: UInt64
    let steps: Int
    let sizes: RunSizes
    let parts: [PartResult]
    let verdicts: [SuiteVerdict]
    let shares: [SuiteShares]
  }

  /// What was measured in one part.
  struct PartResult: Encodable {
    let name: String
    let corpus: CorpusSummary
    let gateOrder: GateOrder
    let seeds: Int
    /// Whether claims are judged by it.
    let isJudged: Bool
    let runs: [RouterResult]
  }

  init(_ options: Options, _ console: Console, _ interruption: Interruption, seeds count: Int) throws {
    let given = options[RunFlags.data]
    let text = given == DialectCorpus.name ? nil : (try options.settings.corpus(given), given)
    let suite = PaperSuite(
      dialects: try options.settings.corpus(DialectCorpus.name), text: text, seeds: options.settings.seeds(count))
    self.suite = suite
    let planned = try suite.parts.map { part in
      try PlannedRun.all(
        part.variants, on: part.corpus, seeds: part.seeds, prefix: part.prefix, specification: part.specification,
        namesSeeds: true, options)
    }
    let equal = Set(FactorialCell.equal.map(\.name))
    experiment = try Experiment(
      options, console, interruption, planned.flatMap { $0 },
      parts: zip(suite.parts, planned).map { part, runs in
        let beside = part.hasThreeBeside ? planned[0].filter { equal.contains($0.variant.name) } : []
        return RunOrigin.Part(
          part.name, part.corpus, runs: (beside + runs).map(\.name), isJudged: part.isJudged)
      })
  }

  /// Trains what is not trained yet, keeps the results, judges the claims and prints everything.
  ///
  /// - Parameter directory: Where the suite is kept.
  /// - Throws: `CommandError` if a loss stops being finite or the user interrupts, `FileError`.
  func run(in directory: RunDirectory) throws {
    console.note(try experiment.announcement(in: directory))
    let results = try experiment.results(in: directory)
    var rest = results[...]
    let equal = Set(FactorialCell.equal.map(\.name))
    let parts = suite.parts.map { part in
      let count = part.variants.count * part.seeds.count
      defer { rest = rest.dropFirst(count) }
      let beside =
        part.hasThreeBeside
        ? results.prefix(suite.parts[0].variants.count * part.seeds.count).filter { equal.contains($0.variant) } : []
      return PartResult(
        name: part.name, corpus: CorpusSummary(part.corpus), gateOrder: part.gateOrder, seeds: part.seeds.count,
        isJudged: part.isJudged, runs: beside + rest.prefix(count))
    }
    let first = experiment.runs[0].configuration
    let verdicts = SuiteVerdict.all(parts, experts: first.model.experts)
    let result = Result(
      suite: "paper", preset: options[RunFlags.preset].rawValue, seed: UInt64(options[RunFlags.seed]),
      steps: first.training.steps, sizes: RunSizes(first), parts: parts, verdicts: verdicts,
      shares: SuiteShares.all(parts))
    try experiment.interruption.completing { try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName) }
    if options[RunFlags.json] {
      try console.printObject(Stamped(result))
    } else {
      try SuiteTables(suite: suite, result: result, experts: first.model.experts).print(on: console)
      try console.print("\nkept in \(directory.path)")
    }
  }
}
