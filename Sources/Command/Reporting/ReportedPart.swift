import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import Training

typealias ReportedRun = RunRecord

/// Runs on one text that a report shows side by side.
struct ReportedPart {
  var name: String
  /// nil where nobody kept what is known of the text.
  let corpus: CorpusSummary?
  /// What a symbol of the text is to a reader.
  let symbol: String
  /// Whether claims are judged by the runs.
  let isJudged: Bool
  /// How many runs were planned.
  let planned: Int
  var runs: [ReportedRun]
  /// Which experiment about what the paper leaves open it is; nil if it is none.
  var open: (any OpenExperiment)?

  /// What was measured, to be compared.
  var finished: FinishedRuns {
    FinishedRuns(
      runs.compactMap { run in run.result.map { (run.configuration, $0.named(run.variant)) } }, on: corpus)
  }

  /// What losses are counted in.
  var unit: String { "bits per \(symbol)" }
  /// The variants, in the order of the runs.
  var variants: [String] { runs.map(\.variant).distinct }
  /// What was measured of the trained models, by the names that charts give them; one for each variant and seed.
  var results: [RouterResult] { finished.results }
  /// Whether all that was planned is there.
  var isFinished: Bool { results.count == planned }
  /// The seeds, ascending.
  var seeds: [UInt64] { Set(runs.map(\.seed)).sorted() }
  /// N; the greatest of all runs.
  var experts: Int { runs.map(\.configuration.model.experts).max() ?? 1 }
  /// The values of k that were evaluated.
  var ks: [Int] { finished.ks }
  /// The k at which routers are compared; dense models do not decide it.
  var commonK: Int { finished.commonK }

  /// What all sparse models have in common; nil where they differ.
  func common<Value: Hashable>(_ value: (Configuration) -> Value) -> Value? {
    let values = Set(runs.map(\.configuration.model).filter(\.router.isSparse).map(value))
    return values.count == 1 ? values.first : nil
  }

  /// Looks of a run on the way: all, or, where a run of the part has more than so many, the first of every so many steps and
  /// the last, so that runs of one length keep the same steps.
  func looks(of run: ReportedRun, atMost most: Int) -> [CoursePoint] {
    guard let width = stepsBetweenLooks(atMost: most) else { return run.course }
    var places: Set<Int> = []
    return run.course.enumerated().filter { index, point in
      places.insert(point.step / width).inserted || index == run.course.count - 1
    }.map(\.element)
  }

  /// How far looks are apart at least where not all are shown; nil where all are.
  func stepsBetweenLooks(atMost most: Int) -> Int? {
    guard runs.contains(where: { $0.course.count > most }) else { return nil }
    return (runs.compactMap { $0.course.last?.step }.max() ?? 0) / most + 1
  }

  /// The runs of a variant.
  func runs(of variant: String) -> [ReportedRun] { runs.filter { $0.variant == variant } }

  /// The first run of each variant of which something is known.
  func first<Value>(_ value: (RouterResult) -> Value?) -> [(variant: String, run: ReportedRun, value: Value)] {
    variants.compactMap { variant in
      for run in runs(of: variant) {
        if let found = run.result.flatMap(value) { return (variant, run, found) }
      }
      return nil
    }
  }
}

/// What a directory of `train` or `compare` holds.
struct ReportedDirectory {
  let path: String
  let origin: RunOrigin?
  var parts: [ReportedPart]
  /// Whether it is one run, and not an experiment with runs inside.
  let isRun: Bool
}
