import Corpora
import MixtureOfExperts
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
  /// The built-in text; nil for the one whose text is the user's.
  var text: BuiltinCorpus? { get }
  /// What the steps of the preset are multiplied by.
  var stepFactor: Double { get }
  /// η at its highest where that of the preset teaches nothing in so many steps; nil elsewhere.
  var learningRate: Double? { get }

  /// What is trained, with the beginning of the runs' names; what is called the same is the same run.
  func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])]
  /// Says what is measured of a planned run besides.
  func prepare(_ run: inout PlannedRun)
  /// The statements, which of which were written before it was run is said in the article OpenQuestions.
  func questions(_ runs: FinishedRuns) -> [Question]
  func tables(_ runs: FinishedRuns) -> [Table]
}

/// All of them, in their order.
package enum OpenExperiments {
  package static let id = "open"
  /// The seeds of all unless told otherwise.
  package static let defaultSeeds = 3
  package static let all: [any OpenExperiment] = [
    ShapeExperiment(), ExpertCountExperiment(), BalanceExperiment(), ReachExperiment(), RecallExperiment(),
    ListsExperiment(), FinetuneExperiment(), WordsExperiment(),
  ]

  /// Plans several; each text is read once.
  package static func parts(
    _ experiments: [any OpenExperiment], _ settings: RunSettings, seeds count: Int = defaultSeeds
  ) throws -> [ExperimentPart] {
    var corpora: [BuiltinCorpus?: Corpus] = [:]
    return try experiments.map { experiment in
      let part = try experiment.part(settings, on: corpora[experiment.text], seeds: settings.seeds(count))
      corpora[experiment.text] = part.corpus
      return part
    }
  }

  package static subscript(id: String?) -> (any OpenExperiment)? { all.first { $0.id == id } }
}

extension OpenExperiment {
  package var text: BuiltinCorpus? { .dialects }
  package var stepFactor: Double { 1 }
  package var learningRate: Double? { nil }

  /// The paper's routers at matched conditions.
  package func variants(_ settings: RunSettings) throws -> [(prefix: String, variants: [Variant])] {
    [("\(id)-", RouterKind.compared.map { Variant.matched($0) })]
  }

  package func prepare(_ run: inout PlannedRun) {}

  /// The settings of its runs.
  package func settings(_ settings: RunSettings) -> RunSettings {
    var own = settings
    if let text { own.set(\.data, to: text.rawValue) }
    own.set(\.tokens, to: text == nil ? .words : .bytes)
    own.vocabularySize = text == nil ? settings.vocabularySize ?? .count(WordsExperiment.vocabulary) : nil
    if !settings.isSet(\.training.steps) {
      own.set(\.training.steps, to: max(1, Int(Double(settings.preset.sizes.steps) * stepFactor)))
    }
    if let learningRate, !settings.isSet(\.training.learningRate.peak) {
      own.set(\.training.learningRate.peak, to: learningRate)
    }
    return own
  }

  /// Plans its runs on the text, if it was read already.
  package func part(_ settings: RunSettings, on corpus: Corpus? = nil, seeds: [UInt64]) throws -> ExperimentPart {
    let own = self.settings(settings)
    let corpus = try corpus ?? own.corpus()
    var runs = try variants(own).flatMap { prefix, variants in
      try own.plan(variants, on: corpus, seeds: seeds, prefix: prefix)
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
