import Foundation
import RunFiles
import Tensors
import Training

/// Trainings done one after the other, each kept when it is finished.
struct Experiment {
  let options: Options
  let console: Console
  let interruption: Interruption
  let workers: Workers
  /// In the order in which they are done.
  let runs: [PlannedRun]
  /// Where it comes from, and which of its runs belong together.
  let origin: RunOrigin
  /// The multiply-adds of each run, by its name.
  let works: [String: Double]

  init(
    _ options: Options, _ console: Console, _ interruption: Interruption, _ runs: [PlannedRun],
    parts: [RunOrigin.Part]
  ) throws {
    origin = RunOrigin(options, parts)
    self.options = options
    self.console = console
    self.interruption = interruption
    self.runs = runs
    workers = Workers(count: options[RunFlags.threads])
    works = try Dictionary(
      uniqueKeysWithValues: runs.map { run in
        (run.name, try Self.work(run, ks: run.ks ?? options.settings.evaluationKs(run.configuration.model)))
      })
  }

  /// Trains what is not trained yet and measures it.
  ///
  /// - Parameter directory: Where the experiment is kept, or nil.
  /// - Returns: One result for each run.
  /// - Throws: `CommandError` if a loss stops being finite or the user interrupts, `FileError`.
  func results(in directory: RunDirectory?) throws -> [RouterResult] {
    var (secondsUsed, workDone) = (0.0, 0.0)
    var reported: [String: ReportedRun] = [:]
    let unfinished = runs.filter { run in directory.map { !isKept(run, in: $0) } ?? true }
    let names = Set(unfinished.map(\.name))
    // Runs of one N take time in proportion to their work.
    let paces = Set(unfinished.map(\.configuration.model.experts)).count > 1 ? try paces(of: unfinished) : [:]
    func cost(_ run: PlannedRun) -> Double { work(run) * (paces[run.configuration.model.experts] ?? 1) }
    let results = try runs.enumerated().map { index, run in
      let start = ProcessInfo.processInfo.systemUptime
      let (result, isKept) = try finished(run, beside: reported, in: directory)
      if isKept {
        note(run, index, result, "kept from before")
      } else {
        secondsUsed += ProcessInfo.processInfo.systemUptime - start
        workDone += cost(run)
        let left = runs[(index + 1)...].filter { names.contains($0.name) }
        let workLeft = left.reduce(0) { $0 + cost($1) }
        note(
          run, index, result,
          String(format: "%.1f s", result.seconds)
            + (left.isEmpty ? "" : ", about \(RunDuration.text(secondsUsed / workDone * workLeft)) left"))
      }
      if let directory {
        reported[run.name] = try self.reported(run, result, in: directory)
        if !isKept, index < runs.count - 1 { try report(reported, in: directory) }
      }
      return result
    }
    if let directory { try report(reported, in: directory) }
    return results
  }

  /// Experts for each token at which a run is evaluated.
  func ks(of run: PlannedRun) throws -> [Int] { try run.ks ?? options.settings.evaluationKs(run.configuration.model) }

  /// What there is to report of one run: as it was kept, or after training it to the end.
  private func finished(
    _ run: PlannedRun, beside others: [String: ReportedRun], in directory: RunDirectory?
  ) throws -> (RouterResult, isKept: Bool) {
    let ks = try ks(of: run)
    let own = try directory.map { try self.directory(of: run, in: $0) }
    if let kept = own.flatMap({ kept(run, ks: ks, in: $0) }) { return (kept, true) }
    var session = TrainingSession(
      configuration: run.configuration, corpus: run.corpus, label: run.name, workers: workers, directory: own,
      console: console, interruption: interruption, checkpointInterval: TrainingSession.defaultCheckpointInterval,
      logInterval: TrainingSession.defaultLogInterval)
    if let directory {
      var pages = PageSchedule(of: run.configuration, runs: others.count + 1)
      session.report = { metrics, looks in
        guard let step = looks.last?.step, pages.isDue(after: step) else { return }
        var runs = others
        runs[run.name] = ReportedRun(variant: run.variant.name, run.configuration, metrics: metrics, looks: looks)
        try report(runs, in: directory)
      }
    }
    let outcome = try session.run()
    let result = try RouterResult.evaluating(
      outcome, of: session, variant: run.variant.name, ks: ks, measuresReach: run.measuresReach,
      isFinetuned: run.isFinetuned)
    if let own { try interruption.completing { try own.writeJSON(Stamped(result), to: RunDirectory.resultsName) } }
    return (result, false)
  }

  private func note(_ run: PlannedRun, _ index: Int, _ result: RouterResult, _ remark: String) {
    guard let best = result.best else { return }
    let bits = String(format: "%.3f", best.bitsPerCharacter)
    let place = runs.count > 1 ? "[\(index + 1)/\(runs.count)] " : ""
    console.note("\(place)\(run.name): \(bits) \(run.corpus.unit) at k = \(best.k), \(remark)")
  }
}
