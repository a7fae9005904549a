import Analysis
import Corpora
import Foundation
import Training

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

  /// What losses are counted in.
  var unit: String { "bits per \(symbol)" }
  /// The variants, in the order of the runs.
  var variants: [String] { runs.map(\.variant).distinct }
  /// What was measured of the trained models, by the names that charts give them; one for each variant and seed.
  var results: [RouterResult] {
    runs.compactMap { run in run.result?.named(run.variant) }.reduce(into: []) { results, result in
      let isThere = results.contains { $0.variant == result.variant && $0.seed == result.seed }
      if !isThere { results.append(result) }
    }
  }
  /// Whether all that was planned is there.
  var isFinished: Bool { results.count == planned }
  /// The seeds, ascending.
  var seeds: [UInt64] { Set(runs.map(\.seed)).sorted() }
  /// N.
  var experts: Int { runs.map(\.configuration.model.experts).max() ?? 1 }
  /// The values of k that were evaluated.
  var ks: [Int] { Set(results.flatMap { $0.test.map(\.k) }).sorted() }
  /// The k at which routers are compared; dense models do not decide it.
  var commonK: Int { (results.first { $0.lastK != nil } ?? results.first)?.commonK ?? 2 }

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
