import Jacobian
import MixtureOfExperts
import Tables
import Training

/// Finished runs that are compared with one another, over variants and seeds.
package struct FinishedRuns: Sendable {
  /// A run and what was measured of its model.
  package typealias Run = (configuration: RunConfiguration, result: RouterResult)
  /// What a table shows of a model.
  typealias Measure = (heading: String, digits: Int, value: (RouterResult) -> Double?)

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
  /// In the order of the runs.
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
  /// Both models of a pair have the same seed: nothing else is ever subtracted. Seeds that one side lacks are left out if `ofCommonSeeds`:
  /// of a comparison that is not finished.
  package func difference(
    _ a: String, _ b: String, ofCommonSeeds: Bool = false, _ value: (RouterResult) -> Double?
  ) -> PairedDifference? {
    guard let left = bySeed[a], let right = bySeed[b] else { return nil }
    let seeds = Set(left.keys).intersection(right.keys)
    guard !seeds.isEmpty, ofCommonSeeds || seeds.count == max(left.count, right.count) else { return nil }
    let differences = seeds.sorted().compactMap { seed in
      Experiments.difference(left[seed].flatMap(value), right[seed].flatMap(value))
    }
    return differences.count == seeds.count ? PairedDifference(differences) : nil
  }

  /// Of the bits of each pair of variants at each k that both were evaluated at; of what is not finished the seeds that both have.
  package var differences: [Difference] {
    Difference.all(of: variants, ks: ks) { a, b, k in
      difference(a, b, ofCommonSeeds: true) { $0[k]?.bitsPerCharacter }
    }
  }

  /// f of each seed; nil if a model has no such measure.
  package func values(of variant: String, _ value: (RouterResult) -> Double?) -> PairedDifference? {
    PairedDifference(ofAll: self[variant], value)
  }

  /// The mean over seeds, with its interval, for a table; nothing if a run lacks the value.
  func cell(_ variant: String, _ digits: Int, _ value: (RouterResult) -> Double?) -> Table.Cell {
    .estimated(values(of: variant, value)?.estimate, digits: digits)
  }

  /// The same for several columns of a table.
  func cells(_ variant: String, _ measures: [Measure]) -> [Table.Cell] {
    measures.map { cell(variant, $0.digits, $0.value) }
  }

  /// A table with a row for each variant, all unless given.
  func table(
    _ title: String, _ measures: [Measure], of variants: [String]? = nil,
    notes: [String] = []
  ) -> Table {
    Table(
      title, headings: ["router"] + measures.map(\.heading),
      rows: (variants ?? self.variants).map { [.text($0)] + cells($0, measures) }, notes: notes)
  }

  /// What ± means in tables of means; nothing of one seed.
  package var intervalNote: [String] {
    seeds.count > 1 ? ["± half-width of the 95 % interval over seeds, Student's t"] : []
  }

  /// What stands under a table about those of its routers that have a note.
  var routerNotes: [String] {
    Set(results.map(\.router)).sorted().compactMap { name in RouterKind(rawValue: name)?.note.map { "\(name) \($0)" } }
  }
}

extension PairedDifference {
  /// A value of each model of a variant; nil if there are none, or one lacks it.
  init?<Model>(ofAll models: [Model], _ value: (Model) -> Double?) {
    let found = models.compactMap(value)
    if found.isEmpty || found.count < models.count { return nil }
    self.init(found)
  }
}

extension MixtureMeasures {
  /// What tables show of a mixture, with the digits of a mean over seeds.
  package static let columns: [(heading: String, digits: Int, value: @Sendable (MixtureMeasures) -> Double?)] = [
    ("cosine of experts", 3, { $0.expertSimilarity }), ("of other tokens", 3, { $0.unpairedExpertSimilarity }),
    ("effective rank of y", 1, { $0.outputEffectiveRank }), ("|J₂ᵀu| / |J₁ᵀu|", 3, { $0.routingShare }),
    ("share of token variance", 2, { $0.varianceShare }),
    ("its chance baseline", 2, { $0.varianceShareChanceBaseline }),
    ("‖ΔW_r‖ / ‖W_r‖", 2, { $0.displacement }), ("margin", 2, { $0.margin }),
    ("chance baseline of the margin", 2, { $0.marginChanceBaseline }),
    ("top-1 − top-2 margin, σ", 2, { $0.topMargin }),
  ]

  /// The first of them, as means over layers.
  static func means(_ count: Int) -> [FinishedRuns.Measure] {
    columns.prefix(count).map { column in (column.heading, column.digits, { $0.mean(column.value) }) }
  }
}

/// a − b where both are known.
func difference(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a - $0 } } }

extension Int {
  /// "1 run" or "3 runs".
  package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
