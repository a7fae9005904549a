import Corpora
import Foundation
import Jacobian
import Tables
import Training

/// The tables that `compare` and `train` print for a person.
///
/// Figures are of the test part; over seeds, means with half of their 95 % intervals.
struct ComparisonTables {
  private let runs: FinishedRuns
  /// Which pairs of variants are shown.
  private let shows: (Difference) -> Bool
  private let (variants, ks): ([String], [Int])
  private let commonK: Int
  /// The variants with a k.
  private let sparse: [String]

  init(_ runs: FinishedRuns, shows: @escaping (Difference) -> Bool = { _ in true }) {
    (self.runs, self.shows) = (runs, shows)
    (variants, ks, commonK) = (runs.variants, runs.ks, runs.commonK)
    sparse = variants.filter { runs[$0].first?.lastK != nil }
  }

  /// All that there are.
  var passages: [Passage] { [.table(runs.quality)] + details }

  /// What one model is about: its bits, and what is measured of words, answers and recalled symbols.
  var headline: [Passage] { ([runs.quality, perplexities] + apart).filter { !$0.rows.isEmpty }.map { .table($0) } }

  /// All but that of quality.
  var details: [Passage] {
    ([perplexities, differences, routing, mixtures, policies, cost, memory] + apart + [size])
      .filter { !$0.rows.isEmpty }.map { .table($0) }
  }

  /// Those whose first model has something.
  private func variants(with value: (RouterResult) -> Bool) -> [String] {
    variants.filter { runs[$0].first.map(value) ?? false }
  }

  private func table(
    _ title: String, _ columns: [Table.Column], of variants: [String], _ cells: (String) -> [Table.Cell]
  ) -> Table {
    Table(title, columns: [.text("router")] + columns, rows: variants.map { [.text($0)] + cells($0) })
  }

  /// What is usual for words: exp of the loss in nats, over all words, and over those that are known.
  private var perplexities: Table {
    var table = Table(
      "perplexity on the test part, by experts used at inference",
      headings: ["router"] + ks.map { "k = \($0)" } + ["best"],
      notes: (runs.results.first?.best?.unknownWords?.note).map { [$0] } ?? [])
    guard runs.corpus?.tokens == .words else { return table }
    func append(_ name: String, _ variant: String, _ value: @escaping (EvaluationResult) -> Double?) {
      table.append(
        [.text(name)] + ks.map { k in runs.cell(variant, 2) { $0[k].flatMap(value) } }
          + [runs.cell(variant, 2) { $0.best.flatMap(value) }])
    }
    for variant in variants {
      append(variant, variant) { $0.perplexity }
      if runs[variant].first?.best?.unknownWords != nil {
        append("\(variant), known words", variant) { $0.unknownWords?.knownPerplexity }
      }
    }
    func append(_ name: String, _ value: Double) {
      table.append([.text(name)] + ks.map { _ in .missing } + [.number(value, digits: 2)])
    }
    for baseline in runs.corpus?.baselines ?? [] {
      append(baseline.name, baseline.perplexity)
      if let known = baseline.knownPerplexity { append("\(baseline.name), known words", known) }
    }
    return table
  }

  private var differences: Table {
    let listed = runs.seeds.count > 1 ? runs.differences.filter(shows) : []
    return Table(
      "differences in \(runs.unit), paired by seed, ± half-width of the 95 % interval",
      headings: ["first minus second"] + ks.map { "k = \($0)" },
      rows: listed.map(\.name).distinct.map { name -> [Table.Cell] in
        [.text(name)]
          + ks.map { k -> Table.Cell in
            .estimated(listed.first { $0.name == name && $0.k == k }?.paired.estimate, digits: 3)
          }
      })
  }

  private var routing: Table {
    let k = commonK
    var measures: [FinishedRuns.Measure] = [
      ("entropy, nats", 2, { $0.entropy(k: k) }), ("largest load", 2, { $0[k]?.largestLoad }),
      ("experts never chosen", 1, { $0[k]?.unusedExperts }), ("margin of choice", 2, { $0.mean(\.margin) }),
      ("chance baseline", 2, { $0.mean(\.marginChanceBaseline) }),
    ]
    if runs.results.contains(where: { $0.best?.classInformationPerLayer != nil }) {
      measures.append(("I(class; expert), bits", 2, { $0[k]?.classInformation }))
    }
    let isRouted = runs.results.contains { !$0.entropyNatsPerLayer.isEmpty }
    var table = runs.table(
      "routing at k = \(k), mean of the layers", measures, of: isRouted ? sparse : [])
    if table.rows.isEmpty { return table }
    let uniform = [log(Double(runs.experts)), Double(k) / Double(runs.experts), 0, 0, 0, 0]
    table.append([.text("uniform")] + zip(measures, uniform).map { Table.Cell.number($1, digits: $0.digits) })
    return table
  }

  /// What margins are is told by the table of routing.
  private var mixtures: Table {
    runs.table(
      "experts and gradients at k = \(commonK), mean of the layers", MixtureMeasures.means(7),
      of: variants { !$0.mixtures.isEmpty })
  }

  /// What the learned routing is worth: the same experts with each token routed as another one, as before training, and anyhow.
  private var policies: Table {
    runs.table(
      "\(runs.unit) at k = \(commonK) with the trained experts, routed in another way",
      RoutingPolicy.allCases.map { policy in (policy.rawValue, 3, { $0.routed(policy)?.bitsPerCharacter }) },
      of: variants { !$0.policies.isEmpty })
  }

  /// The k are chosen on the validation part, as the best is.
  private var cost: Table {
    func validated(_ variant: String, _ k: Int) -> Double? {
      runs.values(of: variant) { run in run.evaluation.first { $0.k == k }?.bitsPerCharacter }?.mean
    }
    func best(_ variant: String) -> Double? { ks.compactMap { validated(variant, $0) }.min() }
    let bestOfAll = variants.compactMap(best).min() ?? 0
    let shares = [("1 %", 1.01), ("2 %", 1.02), ("5 %", 1.05)]
    return table(
      "cost: smallest k (million multiply-adds a token) within a share of the best bits",
      ["of its own best", "of the best of all"].flatMap { group in shares.map { .number($0.0, group: group) } },
      of: sparse.filter { best($0) != nil }
    ) { variant in
      [best(variant) ?? 0, bestOfAll].flatMap { best in
        shares.map { _, tolerance -> Table.Cell in
          guard let run = runs[variant].first,
            let k = ks.first(where: { validated(variant, $0).map { $0 <= best * tolerance } ?? false }),
            let index = run.test.firstIndex(where: { $0.k == k })
          else { return .missing }
          return .text("\(k) (\(String(format: "%.3f", run.multiplyAddsPerToken[index] / 1e6)))")
        }
      }
    }
  }

  private var memory: Table {
    let recalls = runs.results.contains { $0.withoutMemory?.recallBits != nil }
    return table(
      "effect of memory, at the best k",
      (["all symbols"] + (recalls ? ["recall symbols"] : [])).flatMap { group in
        ["with", "without"].map { .number($0, group: group) }
      },
      of: variants { $0.withoutMemory != nil }
    ) { variant in
      runs.cells(
        variant,
        [("", 3, { $0.best?.bitsPerCharacter }), ("", 3, { $0.withoutMemory?.bitsPerCharacter })]
          + (recalls ? [("", 3, { $0.best?.recallBits }), ("", 3, { $0.withoutMemory?.recallBits })] : []))
    }
  }

  /// What the text measures apart, of each variant and of the same without memory.
  private var apart: [Table] {
    let rows = variants.flatMap { variant in
      [
        MeasuredTables.Row(name: variant, results: runs[variant].compactMap(\.best)),
        MeasuredTables.Row(name: "\(variant), no memory", results: runs[variant].compactMap(\.withoutMemory)),
      ].filter { $0.results.count == runs[variant].count }
    }
    return MeasuredTables(
      rowTitle: "router", rows: rows, place: " at the best k",
      recallChanceBaseline: runs.corpus?.recallBitsChanceBaseline
    ).all
  }

  private var size: Table {
    table(
      "size and speed",
      [
        .number("parameters"), .number("routing parameters"), .text("k in training"), .number("tokens/s"),
        .number("seconds"),
      ], of: variants
    ) { variant in
      guard let first = runs[variant].first else { return [] }
      func mean(_ digits: Int, _ value: (RouterResult) -> Double) -> Table.Cell {
        .optional(runs.values(of: variant) { $0.timedSteps > 0 ? value($0) : nil }?.mean, digits: digits)
      }
      return [
        .text("\(first.parameters)"), .text("\(first.trainableRoutingParameters)"), .text(first.kSchedule),
        mean(0) { $0.tokensPerSecond }, mean(1) { $0.seconds },
      ]
    }
  }
}
