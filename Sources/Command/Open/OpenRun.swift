import Corpora
import Experiments
import Jacobian
import RunFiles
import Training

/// One run of `compare --suite open`.
struct OpenRun {
  let suite: OpenSuite
  let experiment: Experiment
  private let seeds: [UInt64]
  private var options: Options { experiment.options }
  private var console: Console { experiment.console }

  /// The object that `--json` prints and `results.json` keeps.
  struct Result: Encodable {
    let suite: String
    let preset: String
    let seed: UInt64
    let seeds: Int
    let parts: [PartResult]
  }

  /// What was measured in one part, and what it answers.
  struct PartResult: Encodable {
    let part: String
    let title: String
    let corpus: CorpusSummary
    let steps: Int
    let runs: [RouterResult]
    let answers: [OpenAnswer]
  }

  init(
    _ options: Options, _ console: Console, _ interruption: Interruption, parts: [OpenPart], seeds count: Int
  ) throws {
    let corpora = try parts.reduce(into: [String: Corpus]()) { corpora, part in
      let name = part.specification(options)
      if corpora[name] == nil { corpora[name] = try part.corpus(options) }
    }
    seeds = options.settings.seeds(count)
    suite = try OpenSuite(parts, on: corpora, seeds: seeds, options)
    experiment = try Experiment(
      options, console, interruption, suite.runs,
      parts: suite.parts.map { part in
        RunOrigin.Part(part.kind.title, part.corpus, runs: part.runs.map(\.name), isJudged: false)
      })
  }

  /// Trains what is not trained yet, keeps the results, answers the questions and prints everything.
  ///
  /// - Parameter directory: Where the suite is kept.
  /// - Throws: `CommandError` if a loss stops being finite or the user interrupts, `FileError`.
  func run(in directory: RunDirectory) throws {
    console.note(try experiment.announcement(in: directory))
    let results = try experiment.results(in: directory)
    let found = Dictionary(uniqueKeysWithValues: zip(experiment.runs.map(\.name), results))
    let parts = try suite.parts.map { part in
      let runs: [OpenPart.Run] = part.runs.compactMap { run in
        found[run.name].map { (configuration: run.configuration, result: $0) }
      }
      let answers = part.kind.answers(runs)
      guard let steps = runs.first?.configuration.training.steps, !answers.isEmpty else {
        throw CommandError(.failure, "part \(part.kind.rawValue): nothing was compared, expected an answer")
      }
      return PartResult(
        part: part.kind.rawValue, title: part.kind.title, corpus: CorpusSummary(part.corpus), steps: steps,
        runs: runs.map(\.result), answers: answers)
    }
    let result = Result(
      suite: SuiteName.open.rawValue, preset: options[RunFlags.preset].rawValue, seed: seeds[0], seeds: seeds.count,
      parts: parts)
    try experiment.interruption.completing { try directory.writeJSON(Stamped(result), to: RunDirectory.resultsName) }
    if options[RunFlags.json] {
      try console.printObject(Stamped(result))
    } else {
      for (part, found) in zip(suite.parts, parts) { try print(part, found) }
      try console.print("\nkept in \(directory.path)")
    }
  }

  private func print(_ part: OpenSuite.Part, _ found: PartResult) throws {
    try console.print(
      console.style.bold("\(found.title): \(found.steps) steps, \(seeds.count.counted("seed"))"))
    try console.print(console.wrapped(part.kind.method) + "\n")
    for answer in found.answers { try console.print(console.wrapped(answer.sentence)) }
    let runs = zip(part.runs, found.runs).map { (configuration: $0.configuration, result: $1) }
    for table in part.kind.tables(runs) {
      try console.print("")
      try console.print(table)
    }
    try console.print("")
  }
}
