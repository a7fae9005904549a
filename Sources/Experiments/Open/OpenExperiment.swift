import Corpora
import MixtureOfExperts
import RunFiles
import Tables
import Training

/// An experiment about what the paper leaves open: one file says what is trained, what is asked, and how it is shown.
package protocol OpenExperiment: Sendable {
  /// As `--parts` has it.
  var id: String { get }
  /// What tables and the page call it.
  var title: String { get }
  /// What is trained and measured, in a sentence or two.
  var method: String { get }
  var text: OpenText { get }
  /// The sizes where the settings have the standard preset; those of the settings if nil.
  var preset: Preset? { get }
  /// The seeds unless told otherwise.
  var defaultSeeds: Int { get }
  /// Whether it is so long that it is run only where it is named.
  var isLong: Bool { get }
  /// What the steps of the preset are multiplied by.
  var stepFactor: Double { get }
  /// η at its highest where that of the preset teaches nothing in so many steps; nil elsewhere.
  var learningRate: Double? { get }

  /// What is trained, with the beginning of the runs' names; what is called the same is the same run.
  func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])]
  /// Those of them whose settings are searched first, as they are searched: the best are used by name.
  func searched(_ settings: RunSettings) -> [Variant]
  /// Says what is measured of a planned run besides.
  func prepare(_ run: inout PlannedRun)
  /// The statements, which of which were written before it was run is said in the article OpenQuestions.
  func questions(_ runs: FinishedRuns) -> [Question]
  func tables(_ runs: FinishedRuns) -> [Table]
}

/// What the experiments read.
package enum OpenText: Hashable, Sendable {
  case builtin(BuiltinCorpus)
  /// The text of the settings, in bytes.
  case given
  /// The words of that text.
  case words
}

/// All of them, in their order.
package enum OpenExperiments {
  package static let id = "open"
  /// The seeds of most unless told otherwise.
  package static let defaultSeeds = 3
  package static let all: [any OpenExperiment] = [
    ShapeExperiment(), ExpertCountExperiment(), BalanceExperiment(), ReachExperiment(), RecallExperiment(),
    ListsExperiment(), FinetuneExperiment(), WordsExperiment(), LearnedExperiment(), LengthExperiment(),
    RegimeExperiment(),
  ]

  /// Searches what is to be searched, in `search-PART` inside a directory, then trains what is not trained yet, and keeps all; each
  /// text is read once.
  package static func result(
    _ experiments: [any OpenExperiment], _ settings: RunSettings, seeds count: Int? = nil, at path: String,
    with files: any FileOperations = SystemFiles(), command: [String] = [], observer: any ExperimentObserver
  ) throws -> (result: SuiteResult, directory: RunDirectory) {
    var corpora: [OpenText: Corpus] = [:]
    var searches: [SuiteResult.Search] = []
    for experiment in experiments {
      let own = experiment.settings(settings)
      let corpus = try corpora[experiment.text] ?? observer.noting(own.corpus())
      corpora[experiment.text] = corpus
      let models = experiment.searched(own)
      if models.isEmpty { continue }
      searches.append(
        (
          experiment.id,
          try SettingsSearch(
            own, .short(of: own), of: models, on: corpus, command: command, observer: observer)
        ))
    }
    return try SuiteResult.searching(id, searches, at: path, with: files, observer: observer) { found in
      let parts = try experiments.map { experiment in
        try experiment.part(
          settings, on: corpora[experiment.text], seeds: settings.seeds(count ?? experiment.defaultSeeds),
          tuned: found[experiment.id])
      }
      // What is said of all is true of the first.
      return try Experiment(
        experiments.first?.settings(settings) ?? settings, parts, command: command, observer: observer)
    }
  }

  package static subscript(id: String?) -> (any OpenExperiment)? { all.first { $0.id == id } }
}

extension OpenExperiment {
  package var text: OpenText { .builtin(.dialects) }
  package var preset: Preset? { nil }
  package var defaultSeeds: Int { OpenExperiments.defaultSeeds }
  package var isLong: Bool { false }
  package var stepFactor: Double { 1 }
  package var learningRate: Double? { nil }

  /// The paper's routers at matched conditions.
  package func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])] {
    [("\(id)-", RouterKind.compared.map { Variant.matched($0) })]
  }

  package func searched(_ settings: RunSettings) -> [Variant] { [] }
  package func prepare(_ run: inout PlannedRun) {}

  /// The settings of its runs.
  package func settings(_ settings: RunSettings) -> RunSettings {
    var own = settings
    if case .builtin(let text) = text { own.set(\.data, to: text.rawValue) }
    if let preset, settings.preset == .standard { own.preset = preset }
    own.set(\.tokens, to: text == .words ? .words : .bytes)
    own.vocabularySize = text == .words ? settings.vocabularySize ?? .count(WordsExperiment.vocabulary) : nil
    if !settings.isSet(\.training.steps) {
      own.set(\.training.steps, to: max(1, Int(Double(own.preset.sizes.steps) * stepFactor)))
    }
    if let learningRate, !settings.isSet(\.training.learningRate.peak) {
      own.set(\.training.learningRate.peak, to: learningRate)
    }
    return own
  }

  /// Plans its runs on the text, if it was read already, with the settings that a search found.
  package func part(
    _ settings: RunSettings, on corpus: Corpus? = nil, seeds: [UInt64], tuned: SearchResult? = nil
  ) throws -> ExperimentPart {
    let own = self.settings(settings)
    let corpus = try corpus ?? own.corpus()
    var runs = try variants(own).flatMap { prefix, variants in
      try own.plan(variants.map { $0.tuned(tuned?[$0.name]) }, on: corpus, seeds: seeds, prefix: prefix)
    }
    for place in runs.indices { prepare(&runs[place]) }
    return ExperimentPart(title: title, corpus: corpus, runs: runs, open: self)
  }

  /// What was measured of what is asked.
  package func findings(_ runs: FinishedRuns) -> [Finding] {
    runs.all.isEmpty ? [] : questions(runs).map { $0.finding(in: runs) }.filter { $0.missing == nil }
  }

  /// All that is said of it: what was done, what was found, tables.
  func passages(_ part: PartResult) -> [Passage] {
    [.heading("\(part.title): \(part.steps) steps, \(part.seeds.counted("seed"))")]
      + ([method] + part.finished.intervalNote).map { .paragraph($0) } + part.findings.map { .paragraph($0.sentence) }
      + tables(part.finished).map { .table($0) }
  }

  /// The routers but HyperRouter, which is held against them.
  var rivals: [RouterKind] { RouterKind.compared.filter { $0 != .hyperRouter } }
}
