import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Training

/// Runs on one text that a report shows side by side.
package struct ReportedPart {
  var name: String
  /// nil where nobody kept what is known of the text.
  var corpus: CorpusSummary?
  /// What a symbol of the text is to a reader.
  var symbol: String
  /// What the routers have in common; nil where they differ, or it was not kept.
  var conditions: Conditions?
  /// Whether the paper's claims are judged by the runs, at these conditions.
  var isJudged = false
  /// How many runs were planned.
  var planned: Int
  var runs: [RunRecord]
  /// Which experiment about what the paper leaves open it is; nil if it is none.
  var open: (any OpenExperiment)?

  /// What was measured, to be compared: by the names that charts give, one for each variant and seed.
  var finished: FinishedRuns {
    FinishedRuns(runs.compactMap { run in run.result.map { (run.configuration, $0.named(run.variant)) } }, on: corpus)
  }

  /// The paper's claims, as far as runs are finished; nil where they are not judged.
  var claims: [Finding]? {
    isJudged && !finished.all.isEmpty ? conditions.map { PaperClaims.findings(finished, $0) } : nil
  }

  /// What losses are counted in.
  var unit: String { "bits per \(symbol)" }
  /// In the order of the runs.
  var variants: [String] { runs.map(\.variant).distinct }
  var isFinished: Bool { finished.all.count == planned }
  /// N; the greatest of all runs.
  var experts: Int { runs.map(\.configuration.model.experts).max() ?? 1 }

  func runs(of variant: String) -> [RunRecord] { runs.filter { $0.variant == variant } }

  /// What all sparse models have in common; nil where they differ.
  func common<Value: Hashable>(_ value: (Configuration) -> Value) -> Value? {
    let values = Set(runs.map(\.configuration.model).filter(\.router.isSparse).map(value))
    return values.count == 1 ? values.first : nil
  }

  /// Evaluations of a run on the way: all, or, where a run of the part has more than so many, the first of every so many steps
  /// and the last, so that runs of one length keep the same steps.
  func evaluations(of run: RunRecord, atMost most: Int) -> [HistoryPoint] {
    guard let width = stepsBetweenEvaluations(atMost: most) else { return run.history }
    var places: Set<Int> = []
    return run.history.enumerated().filter { index, point in
      places.insert(point.step / width).inserted || index == run.history.count - 1
    }.map(\.element)
  }

  /// How far evaluations are apart at least where not all are shown; nil where all are.
  func stepsBetweenEvaluations(atMost most: Int) -> Int? {
    guard runs.contains(where: { $0.history.count > most }) else { return nil }
    return (runs.compactMap { $0.history.last?.step }.max() ?? 0) / most + 1
  }

  /// The first run of each variant of which something is known.
  func first<Value>(_ value: (RouterResult) -> Value?) -> [(variant: String, run: RunRecord, value: Value)] {
    variants.compactMap { variant in
      for run in runs(of: variant) { if let found = run.result.flatMap(value) { return (variant, run, found) } }
      return nil
    }
  }
}

/// What a directory of `train` or `compare` holds.
package struct ReportedDirectory {
  let path: String
  let origin: RunOrigin?
  let parts: [ReportedPart]
  /// Whether it is one run, and not an experiment with runs inside.
  let isRun: Bool
}

extension ReportedDirectory {
  /// What there is so far of an experiment that runs.
  package init(path: String, _ origin: RunOrigin, _ runs: [String: RunRecord]) {
    self.init(
      path: path, origin: origin, parts: origin.parts.map { ReportedPart($0, runs: $0.runs.compactMap { runs[$0] }) },
      isRun: origin.parts.first?.runs == [RunOrigin.Part.itself])
  }

  /// Reads the directory of a run, a comparison or a suite, finished or not.
  package init(reading path: String) throws {
    let directory = try RunDirectory.open(path)
    let origin =
      directory.contains(RunOrigin.name) ? try directory.readJSON(RunOrigin.self, from: RunOrigin.name) : nil
    // `compare` keeps a list of runs.
    guard let planned = try? directory.readJSON([RunConfiguration].self, from: RunDirectory.configurationName) else {
      let run = try RunRecord(directory)
      let known = origin?.parts.first
      let symbol = known?.corpus.symbol ?? run.configuration.vocabulary.symbol
      let part = ReportedPart(
        name: known?.name ?? run.configuration.data, corpus: known?.corpus, symbol: symbol, planned: 1, runs: [run])
      self.init(path: path, origin: origin, parts: [part], isRun: true)
      return
    }
    func runs(_ names: [String], of variants: [String]? = nil) throws -> [RunRecord] {
      try names.enumerated().filter { directory.contains("\($1)/\(RunDirectory.configurationName)") }.map {
        try RunRecord(
          RunDirectory.open(directory.path(of: $1)), name: $1,
          variant: variants?.count == names.count ? variants?[$0] : nil)
      }
    }
    let parts: [ReportedPart]
    if let origin {
      parts = try origin.parts.map { try ReportedPart($0, runs: runs($0.runs, of: $0.variants)) }
    } else {
      // From before origins were kept: whatever is inside, runs on one text in one gate order side by side.
      let found = try runs(try FileManager.default.contentsOfDirectory(atPath: path).sorted())
      let places = planned.map { Place($0) }.distinct
      parts = places.map { place in
        ReportedPart(
          name: place.name(among: places), symbol: planned.first { Place($0) == place }?.vocabulary.symbol ?? "symbol",
          planned: planned.count { Place($0) == place },
          runs: found.filter { Place($0.configuration) == place })
      }
    }
    guard parts.contains(where: { !$0.runs.isEmpty }) else {
      throw FileError(.missing, path, "holds a comparison without a single run yet, expected at least one")
    }
    self.init(path: path, origin: origin, parts: parts, isRun: false)
  }
}

extension ReportedPart {
  /// A part with those of its runs that are there.
  fileprivate init(_ part: RunOrigin.Part, runs: [RunRecord]) {
    self.init(
      name: part.name, corpus: part.corpus, symbol: part.corpus.symbol, conditions: part.conditions,
      isJudged: part.isJudged,
      planned: part.runs.count, runs: runs, open: OpenExperiments[part.open])
  }
}

/// What runs have in common that are compared with one another.
private struct Place: Equatable {
  let data: String
  let gateOrder: GateOrder

  init(_ run: RunConfiguration) { (data, gateOrder) = (run.data, run.model.gateOrder) }

  /// The text's name, with the gate order where there are several.
  func name(among places: [Place]) -> String {
    URL(fileURLWithPath: data).lastPathComponent
      + (places.count { $0.data == data } > 1 ? ", \(gateOrder.rawValue)" : "")
  }
}
