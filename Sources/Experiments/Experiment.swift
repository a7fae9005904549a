import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Training

/// Runs of an experiment that are compared with one another: one text, one gate order.
package struct ExperimentPart: Sendable {
  /// What tables call it.
  package let title: String
  package let corpus: Corpus
  /// Parts may have runs in common: those of one name.
  package internal(set) var runs: [PlannedRun]
  /// What its routers have in common; nil where they differ in more than one of them.
  package var conditions: Conditions?
  /// Whether the paper's claims are judged by it, at its conditions.
  package var isJudged = false
  /// What else is asked of it; nil if nothing is.
  package var open: (any OpenExperiment)?
}

/// Trainings done one after the other, each kept when it is finished, and measured.
package struct Experiment {
  package let settings: RunSettings
  package let parts: [ExperimentPart]
  /// Each once, in the order in which they are done.
  package let runs: [PlannedRun]
  /// What is said of the text of each part.
  let corpora: [CorpusSummary]
  let observer: any ExperimentObserver
  /// Whether a run whose loss stops being finite is one without evaluations, instead of the end.
  var survivesDivergence = false
  private let keeping: Keeping<RunConfiguration>
  /// The multiply-adds of each run, by its name.
  private let works: [String: Double]

  package init(
    _ settings: RunSettings, _ planned: [ExperimentPart], command: [String] = [], observer: any ExperimentObserver
  ) throws {
    // What is asked of a run in one part is measured for all parts that have it.
    let all = planned.flatMap(\.runs)
    let parts = planned.map { part in
      var part = part
      for (place, run) in part.runs.enumerated() {
        let same = all.filter { $0.name == run.name }
        part.runs[place].measuresReach = same.contains(where: \.measuresReach)
        part.runs[place].isFinetuned = same.contains(where: \.isFinetuned)
      }
      return part
    }
    var names: Set<String> = []
    let runs = parts.flatMap(\.runs).filter { names.insert($0.name).inserted }
    // N-grams are counted once for each text.
    let texts = runs.reduce(into: [String: CorpusSummary]()) { texts, run in
      let text = run.configuration.fingerprint ?? ""
      if texts[text] == nil { texts[text] = run.configuration.summary(of: run.corpus) }
    }
    func summary(_ run: PlannedRun) -> CorpusSummary? { texts[run.configuration.fingerprint ?? ""] }
    let corpora = parts.map { part in part.runs.first.flatMap(summary) ?? CorpusSummary(part.corpus) }
    let corporaOfRuns = runs.map { summary($0) ?? CorpusSummary($0.corpus) }
    (self.settings, self.parts, self.runs, self.corpora, self.observer) = (settings, parts, runs, corpora, observer)
    works = try Dictionary(
      uniqueKeysWithValues: runs.map { ($0.name, try $0.work(ks: settings.evaluationKs(of: $0))) })
    keeping = Keeping(
      planned: runs.map { ($0.name, $0.configuration) }, nouns: ("comparison", "run"),
      summary: { kept in
        let routers = kept.map(\.model.router.rawValue).distinct
        return routers.joined(separator: ", ") + (routers.count < kept.count ? " in \(kept.count) runs" : "")
      },
      origin: { place in
        RunOrigin(
          command: command,
          place.map { [RunOrigin.Part(itselfOn: corporaOfRuns[$0])] }
            ?? zip(parts, corpora).map { RunOrigin.Part($0, on: $1) })
      },
      canGrow: true, observer: observer)
  }

  /// Makes the directory of a new experiment, or opens that of the same one.
  package func directory(at path: String, with files: any FileOperations = SystemFiles()) throws -> RunDirectory {
    try keeping.directory(at: path, with: files)
  }

  /// Trains what is not trained yet and measures it: the finished runs of each part.
  package func finishedRuns(in directory: RunDirectory?) throws -> [FinishedRuns] {
    var (secondsUsed, workDone) = (0.0, 0.0)
    var records: [String: RunRecord] = [:]
    var donors: [String: LanguageModel<Float>] = [:]
    let left = runs.filter { run in directory.map { !isKept(run, in: $0.path) } ?? true }
    // Runs of one N take time in proportion to their work.
    let paces = Set(left.map(\.configuration.model.experts)).count > 1 ? try self.paces(of: left) : [:]
    func cost(_ run: PlannedRun) -> Double { work(run) * (paces[run.configuration.model.experts] ?? 1) }
    let names = Set(left.map(\.name))
    let results = try keeping.results(
      in: directory, kept: { kept(runs[$0], in: $1) },
      train: { try trained(runs[$0], beside: records, donors: &donors, of: directory, in: $1) },
      done: { place, result, seconds in
        let run = runs[place]
        if let seconds {
          secondsUsed += seconds
          workDone += cost(run)
        }
        let later = runs[(place + 1)...].filter { names.contains($0.name) }.reduce(0) { $0 + cost($1) }
        note(
          place, result,
          seconds == nil
            ? "kept from before"
            : String(format: "%.1f s", result.seconds)
              + (later == 0 ? "" : ", about \(RunDuration.text(secondsUsed / workDone * later)) left"))
        guard let directory else { return }
        // Where results alone are left there are no curves.
        let lines = try [MetricsLine](in: RunDirectory.open(directory.path(of: run.name)))
        records[run.name] = RunRecord(result, run.configuration, metrics: lines.steps)
        if seconds != nil || place == runs.count - 1 { try observer.recorded(records, in: directory) }
      })
    let found = Dictionary(uniqueKeysWithValues: zip(runs.map(\.name), results))
    return zip(parts, corpora).map { part, corpus in
      FinishedRuns(part.runs.compactMap { run in found[run.name].map { (run.configuration, $0) } }, on: corpus)
    }
  }

  /// `donors` are models whose rows later runs are given, by their names, where no directory keeps them.
  private func trained(
    _ run: PlannedRun, beside others: [String: RunRecord], donors: inout [String: LanguageModel<Float>],
    of whole: RunDirectory?, in directory: RunDirectory?
  ) throws -> RouterResult {
    var session = TrainingSession(
      configuration: run.configuration, corpus: run.corpus, label: run.name, workers: settings.workers,
      directory: run.isRoutedByClass ? nil : directory, observer: observer)
    if run.isRoutedByClass, let classes = run.corpus.classes {
      session.adapting = { LanguageModel(ClassRoutedHost($0.host, classes: classes)) }
    }
    if let name = run.donor {
      if let directory, let whole {
        if !directory.contains(Checkpoint.initialName) {
          let donor = try StoredRun(RunDirectory.open(whole.path(of: name))).model()
          try Checkpoint.saveInitial(run.initialModel(withRowsOf: donor), of: run.configuration, to: directory)
        }
      } else if let donor = donors[name] {
        session.adapting = { _ in run.initialModel(withRowsOf: donor) }
      }
    }
    if let whole {
      var pages = PageSchedule(of: run.configuration, runs: others.count + 1)
      session.report = { metrics, evaluations in
        guard let step = evaluations.last?.step, pages.isDue(after: step) else { return }
        var records = others
        records[run.name] = RunRecord(
          variant: run.variant.name, run.configuration, metrics: metrics, evaluations: evaluations)
        try observer.recorded(records, in: whole)
      }
    }
    do {
      let outcome = try session.run()
      if whole == nil, runs.contains(where: { $0.donor == run.name }) { donors[run.name] = outcome.model }
      return try .evaluating(
        outcome, of: session, variant: run.variant.name, ks: settings.evaluationKs(of: run),
        measuresReach: run.measuresReach, isFinetuned: run.isFinetuned)
    } catch  where survivesDivergence && (error is ExperimentFailure || error is TrainingError) {
      observer.note("\(run.name): \(error)")
      return RouterResult(run.variant.router, variant: run.variant.name, seed: run.seed, evaluation: [], test: [])
    }
  }

  private func note(_ place: Int, _ result: RouterResult, _ remark: String) {
    guard let best = result.best else { return }
    let (run, bits) = (runs[place], String(format: "%.3f", best.bitsPerCharacter))
    let count = runs.count > 1 ? "[\(place + 1)/\(runs.count)] " : ""
    observer.note("\(count)\(run.name): \(bits) \(run.corpus.unit) at k = \(best.k), \(remark)")
  }

  /// What was reported of a run that is finished, its model being that of the last step; nil if there is something left to do.
  private func kept(
    _ run: PlannedRun, in directory: RunDirectory, of configuration: RunConfiguration? = nil
  ) -> RouterResult? {
    guard let ks = try? settings.evaluationKs(of: run),
      let result = try? directory.readJSON(RouterResult.self, from: RunDirectory.resultsName),
      result.isReport(of: run, ks: ks), let configuration = try? (configuration ?? run.configuration).checksum(),
      run.isRoutedByClass
        ? result.checksums?.configuration ?? configuration == configuration
        : Checkpoint.holds(
          result.checksums, step: run.configuration.training.steps, of: configuration, in: directory)
    else { return nil }
    return result
  }

  /// Whether a run is finished and all that is asked of it reported; whether of this very configuration is seen when its turn
  /// comes.
  private func isKept(_ run: PlannedRun, in path: String) -> Bool {
    // Settings that a search has not found yet are not those of the run that it made.
    guard let stored = try? StoredRun(RunDirectory.open("\(path)/\(run.name)")) else { return false }
    return kept(run, in: stored.directory, of: stored.configuration) != nil
  }

  /// How many runs are left, and how long they will take.
  package func announcement(in directory: RunDirectory?) throws -> String {
    try Self.announcement(of: [(self, directory?.path)])
  }

  /// The same of several experiments done one after the other, each in its own directory, the last in that of all.
  static func announcement(of all: [(experiment: Experiment, path: String?)]) throws -> String {
    let left = all.map { one, path in one.runs.filter { run in path.map { !one.isKept(run, in: $0) } ?? true } }
    let (count, total) = (left.joined().count, all.reduce(0) { $0 + $1.experiment.runs.count })
    if count == 0 { return "\(total.counted("run")), all kept from before" }
    let seconds = try zip(all, left).map { one, left in try one.experiment.seconds(of: left) }
    let search = left.dropLast().joined().count
    return count.counted("run") + (count < total ? " left of \(total)" : "")
      + ", about \(RunDuration.text(seconds.reduce(0, +)))"
      + (search == 0
        ? "" : ", \(search) of them, about \(RunDuration.text(seconds.dropLast().reduce(0, +))), to search settings")
      + (all.last?.path.map { "; each is kept in \($0) when it is finished, and the same command continues" } ?? "")
  }

  /// How long some of its runs will take, from a few steps.
  func seconds(of runs: [PlannedRun]) throws -> Double {
    let paces = try paces(of: runs)
    return runs.reduce(0.0) { $0 + work($1) * (paces[$1.configuration.model.experts] ?? 0) }
  }

  /// Seconds for each multiply-add, by N, from a few steps: more experts are slower for the same work, as each has fewer tokens
  /// and there are more numbers to update.
  private func paces(of runs: [PlannedRun]) throws -> [Int: Double] {
    try runs.reduce(into: [:]) { paces, run in
      let experts = run.configuration.model.experts
      guard paces[experts] == nil else { return }
      paces[experts] = try RunDuration(of: run.configuration, run.corpus, workers: settings.workers)
        .secondsPerMultiplyAdd
    }
  }

  private func work(_ run: PlannedRun) -> Double { works[run.name] ?? 0 }
}

extension RunSettings {
  /// Experts for each token at which a run is evaluated.
  fileprivate func evaluationKs(of run: PlannedRun) throws -> [Int] {
    try run.ks ?? evaluationKs(run.configuration.model)
  }
}

/// When a page is written while a model trains: so seldom that it takes less than a hundredth of the training's time.
///
/// Counted in steps, not measured: the same run always writes the same files.
package struct PageSchedule {
  /// Four seconds and more for each run on the page, which takes some hundredths.
  private static let multiplyAddsBetweenPages = 2e11

  private let steps: Int
  private let interval: Int
  private var next = 0

  package init(of run: RunConfiguration, runs: Int) {
    let step = RunDuration.trainingFactor * run.multiplyAdds / Double(run.training.steps)
    steps = run.training.steps
    interval = Int(max(1, min(1e9, Double(runs) * Self.multiplyAddsBetweenPages / max(1, step))))
  }

  /// Whether it is time for a page; not after the last step, when there is more to say soon.
  package mutating func isDue(after step: Int) -> Bool {
    guard step >= next, step < steps else { return false }
    next = step + interval
    return true
  }
}
