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
  package static let words = "part: runs on one text with one gate order, and what they say"
  package let title: String
  /// Which experiment about what the paper leaves open it is; nil if it is none.
  @OrNull package private(set) var open: String?
  /// nil where nobody kept what is known of the text.
  @OrNull package private(set) var corpus: CorpusSummary?
  package let gateOrder: GateOrder
  package let seeds, steps: Int
  /// Whether the paper's claims are judged by it.
  package let isJudged: Bool
  package let runs: [RouterResult]
  package let findings: [Finding]
  /// What published differences are made of; empty where confounders were not taken apart.
  package let confounders: [Confounders]
  /// The same runs, to be compared.
  private(set) var finished = FinishedRuns([], on: nil)

  private enum CodingKeys: CodingKey {
    case title, open, corpus, gateOrder, seeds, steps, isJudged, runs, findings, confounders
  }

  init(_ part: ExperimentPart, _ runs: FinishedRuns) {
    (title, isJudged, finished) = (part.title, part.isJudged, runs)
    let first = runs.all.first?.configuration
    gateOrder = first?.model.gateOrder ?? .softmaxThenTopK
    steps = first?.training.steps ?? 0
    seeds = runs.seeds.count
    self.runs = runs.results
    findings = part.open?.findings(runs) ?? (isJudged ? PaperClaims.findings(runs) : [])
    confounders = isJudged ? Confounders.all(in: runs) : []
    open = part.open?.id
    corpus = runs.corpus
  }

  /// Where and how it was measured, as tables say it.
  func place(_ conditions: String) -> String {
    [corpus?.name ?? title, conditions, gateOrder == .softmaxThenTopK ? "" : gateOrder.rawValue]
      .filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// The object that `compare --suite --json` prints and `results.json` keeps.
package struct SuiteResult: Codable, Described, Sendable {
  package static let words = "suite: compare --suite --json; its results.json"
  package let suite: String
  let preset: Preset
  /// The first seed.
  let seed: UInt64
  package let parts: [PartResult]

  /// Trains what is not trained yet, judges, and keeps the results; throws ``ExperimentFailure`` if a part compares nothing.
  package init(_ suite: String, _ experiment: Experiment, in directory: RunDirectory) throws {
    self.suite = suite
    (preset, seed) = (experiment.settings.preset, experiment.settings.seed)
    experiment.observer.note(try experiment.announcement(in: directory))
    parts = zip(experiment.parts, try experiment.finishedRuns(in: directory)).map { PartResult($0, $1) }
    if let part = parts.first(where: { $0.open != nil && $0.findings.isEmpty }) {
      throw ExperimentFailure("part \(part.open ?? ""): nothing was compared, expected an answer")
    }
    try experiment.observer.completing {
      try directory.writeJSON(Stamped(self), to: RunDirectory.resultsName)
    }
  }

  /// All of it for a person, verdicts first.
  package var passages: [Passage] {
    suite == PaperSuite.id
      ? PaperSuite.passages(parts)
      : parts.flatMap { part in OpenExperiments[part.open].map { $0.passages(part) } ?? [] }
  }
}
