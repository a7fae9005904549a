import MixtureOfExperts
import Hosts
import Tables
import Training

/// Finished runs that are compared with one another, over variants and seeds.
package struct FinishedRuns: Sendable {
  /// A run and what was measured of its model.
  package typealias Run = (configuration: RunConfiguration, result: RouterResult)

  /// What is known of the text; nil where nobody kept it.
  package let corpus: CorpusSummary?
  /// In the order in which they were planned; each variant and seed once.
  package let all: [Run]
  private let bySeed: [String: [UInt64: RouterResult]]

  package init(_ all: [Run], on corpus: CorpusSummary?) {
    var bySeed: [String: [UInt64: RouterResult]] = [:]
    self.all = all.filter { run in
      defer { bySeed[run.result.variant, default: [:]][run.result.seed] = run.result }
      return bySeed[run.result.variant]?[run.result.seed] == nil
    }
    self.bySeed = bySeed
    self.corpus = corpus
  }

  package var results: [RouterResult] { all.map(\.result) }
  /// The variants, in the order of the runs.
  package var variants: [String] { results.map(\.variant).distinct }
  /// The values of k that were evaluated, ascending.
  package var ks: [Int] { Set(results.flatMap { $0.test.map(\.k) }).sorted() }
  /// The k at which routers are compared; dense models have none, and do not decide it.
  package var commonK: Int { (results.first { $0.lastK != nil } ?? results.first)?.commonK ?? 2 }
  /// N; the greatest of all runs.
  package var experts: Int { all.map(\.configuration.model.experts).max() ?? 1 }
  /// The first run's model.
  var model: Configuration? { all.first?.configuration.model }
  package var seeds: [UInt64] { Set(results.map(\.seed)).sorted() }
  /// What a symbol is to a reader.
  package var symbol: String { corpus?.symbol ?? all.first?.configuration.vocabulary.symbol ?? "symbol" }
  /// What losses are counted in.
  package var unit: String { "bits per \(symbol)" }

  /// The models of a variant, by ascending seed; none if it is not there.
  package subscript(variant: String) -> [RouterResult] {
    (bySeed[variant] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
  }

  /// f(a) − f(b) for each seed; nil if a seed is missing on one side, or a model has no such measure.
  ///
  /// Both models of a pair have the same seed: nothing else is ever subtracted.
  ///
  /// - Parameter ofCommonSeeds: Whether seeds that one side lacks are left out: of a comparison that is not finished.
  package func difference(
    _ a: String, _ b: String, ofCommonSeeds: Bool = false, _ value: (RouterResult) -> Double?
  ) -> PairedDifference? {
    guard let left = bySeed[a], let right = bySeed[b] else { return nil }
    let seeds = Set(left.keys).intersection(right.keys)
    guard !seeds.isEmpty, ofCommonSeeds || seeds.count == max(left.count, right.count) else { return nil }
    let differences = seeds.sorted().compactMap { seed -> Double? in
      guard let a = left[seed].flatMap(value), let b = right[seed].flatMap(value) else { return nil }
      return a - b
    }
    return differences.count == seeds.count ? PairedDifference(differences) : nil
  }

  /// f of each seed, where f is itself a difference: of the same model in two situations.
  ///
  /// Nil if a model has no such measure.
  package func values(of variant: String, _ value: (RouterResult) -> Double?) -> PairedDifference? {
    let models = self[variant]
    let found = models.compactMap(value)
    return found.isEmpty || found.count < models.count ? nil : PairedDifference(found)
  }

  /// The mean and standard deviation over seeds; nil if a run lacks the value.
  package func estimate(_ variant: String, _ value: (RouterResult) -> Double?) -> Estimate? {
    values(of: variant, value).map { Estimate($0.mean, spread: $0.standardDeviation) }
  }

  /// The same for a table.
  func cell(_ variant: String, _ digits: Int, _ value: (RouterResult) -> Double?) -> Table.Cell {
    .estimated(estimate(variant, value), digits: digits)
  }
}

extension Int {
  /// "1 run" or "3 runs".
  package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
