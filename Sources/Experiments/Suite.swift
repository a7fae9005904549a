import MixtureOfExperts
import RunFiles
import Tables
import Training

/// A piece of what is said of results, for a person.
package enum Passage: Sendable {
  case heading(String)
  case paragraph(String)
  case table(Table)
  /// Text as it is.
  case verbatim(String)
}

/// What was measured in one part of an experiment, and what it says.
package struct PartResult: Codable, Described, Sendable {
  package static let words = "part: runs on one text at some conditions, and what they say"
  package let title: String
  /// Which experiment about what the paper leaves open it is; nil if it is none.
  @OrNull package private(set) var open: String?
  /// nil where nobody kept what is known of the text.
  @OrNull package private(set) var corpus: CorpusSummary?
  /// What the routers have in common; nil where they differ.
  @OrNull package private(set) var conditions: Conditions?
  package let gateOrder: GateOrder
  package let seeds, steps: Int
  /// Whether the paper's claims are judged by it.
  package let isJudged: Bool
  package let runs: [RouterResult]
  package let findings: [Finding]
  /// The same runs, to be compared.
  private(set) var finished = FinishedRuns([], on: nil)

  private enum CodingKeys: CodingKey {
    case title, open, corpus, conditions, gateOrder, seeds, steps, isJudged, runs, findings
  }

  init(_ part: ExperimentPart, _ runs: FinishedRuns) {
    (title, isJudged, finished) = (part.title, part.isJudged, runs)
    let first = runs.all.first?.configuration
    gateOrder = first?.model.gateOrder ?? .softmaxThenTopK
    steps = first?.training.steps ?? 0
    seeds = runs.seeds.count
    self.runs = runs.results
    findings =
      part.open?.findings(runs) ?? (isJudged ? part.conditions.map { PaperClaims.findings(runs, $0) } : nil) ?? []
    (conditions, open, corpus) = (part.conditions, part.open?.id, runs.corpus)
  }

  /// The claims beside what was measured; nil where they are not judged.
  package var claims: Table? {
    isJudged ? findings.table("the paper's claims, \(title), \(seeds.counted("seed")), \(steps) steps") : nil
  }

  /// Whether something was asked, and nothing could be answered.
  var hasNothing: Bool { (isJudged || open != nil) && findings.allSatisfy(\.measured.isEmpty) }
}

/// The object that `compare --suite --json` prints and `results.json` keeps.
package struct SuiteResult: Codable, Described, Sendable {
  package static let words = """
    suite: compare --suite --json; its results.json
    searches: the settings of tuned routers; one for each text of the suite paper, one for the part regime of the suite open
    """
  package let suite: String
  let preset: Preset
  /// The first seed.
  let seed: UInt64
  package let searches: [SearchResult]
  package let parts: [PartResult]

  /// Trains what is not trained yet, judges, and keeps the results; throws ``ExperimentFailure`` if a part compares nothing.
  package init(_ suite: String, _ experiment: Experiment, searches: [SearchResult] = [], in directory: RunDirectory)
    throws
  {
    (self.suite, self.searches) = (suite, searches)
    (preset, seed) = (experiment.settings.preset, experiment.settings.seed)
    parts = zip(experiment.parts, try experiment.finishedRuns(in: directory)).map { PartResult($0, $1) }
    if let part = parts.first(where: \.hasNothing) {
      throw ExperimentFailure("part \(part.open ?? part.title): nothing was compared, expected an answer")
    }
    try experiment.observer.completing {
      try directory.writeJSON(Stamped(self), to: RunDirectory.resultsName)
    }
  }

  /// A search of settings, and what it is for.
  package typealias Search = (name: String, search: SettingsSearch)

  /// Searches in `search-NAME` inside a directory, then does in it the experiment that comes of what was found.
  package static func searching(
    _ suite: String, _ searches: [Search], at path: String, with files: any FileOperations,
    observer: any ExperimentObserver, _ experiment: (_ found: [String: SearchResult]) throws -> Experiment
  ) throws -> (result: SuiteResult, directory: RunDirectory) {
    let places = searches.map { "\(path)/search-\($0.name)" }
    var planned = try experiment([:])
    // What is no suite is refused before anything is written into it.
    if let place = places.first {
      if (try? RunDirectory.open(place)) == nil { _ = try RunDirectory.create(at: path, with: files) }
    } else {
      _ = try planned.directory(at: path, with: files)
    }
    let directories = try zip(searches, places).map { try $0.search.experiment.directory(at: $1, with: files) }
    observer.note(
      try Experiment.announcement(of: zip(searches, places).map { ($0.search.experiment, $1) } + [(planned, path)]))
    let found = try zip(searches, directories).map { try $0.search.result(in: $1) }
    if !found.isEmpty {
      planned = try experiment(Dictionary(uniqueKeysWithValues: zip(searches.map(\.name), found)))
    }
    let directory = try planned.directory(at: path, with: files)
    return (try SuiteResult(suite, planned, searches: found, in: directory), directory)
  }

  /// What was found for a person, claims last; of the suite paper all other tables only if they are asked for.
  package func passages(isVerbose: Bool) -> [Passage] {
    let searched = searches.map { Passage.table($0.table(ofBest: !isVerbose)) }
    guard suite == PaperSuite.id else {
      return searched + parts.flatMap { part in OpenExperiments[part.open]?.passages(part) ?? [] }
    }
    let numbers = parts.flatMap { part -> [Passage] in
      [.heading("\(part.title), \(part.seeds.counted("seed"))")]
        + ComparisonTables(part.finished) { [$0.a, $0.b].contains(RouterKind.hyperRouter.rawValue) }.passages
    }
    return searched + (isVerbose ? numbers : []) + parts.compactMap { $0.claims.map { .table($0) } }
  }
}
