import Hosts
import Corpora
import Foundation
import Jacobian
import MixtureOfExperts
import Tables
import Training

/// The difference of two variants at one k: bits of a minus bits of b, paired by seed, on the test part.
package struct RouterDifference: Encodable, Sendable {
  package let a: String
  package let b: String
  package let k: Int
  package let bits: PairedDifference

  /// The pair, as tables call it.
  package var name: String { "\(a) − \(b)" }

  private enum CodingKeys: CodingKey { case a, b, k }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(a, forKey: .a)
    try container.encode(b, forKey: .b)
    try container.encode(k, forKey: .k)
    try bits.encode(to: encoder)
  }
}

extension FinishedRuns {
  /// One for each pair of variants and each k that both were evaluated at; of what is not finished the seeds that both have.
  package var differences: [RouterDifference] {
    let (variants, ks) = (variants, ks)
    return variants.enumerated().flatMap { index, a in
      variants[(index + 1)...].flatMap { b in
        ks.compactMap { k in
          difference(a, b, ofCommonSeeds: true) { $0[k]?.bitsPerCharacter }
            .map { RouterDifference(a: a, b: b, k: k, bits: $0) }
        }
      }
    }
  }

  /// What was found, and what was not, in two sentences; none if there is nothing to compare.
  package var summary: [String] {
    guard variants.count > 1 else { return [] }
    guard seeds.count > 1 else {
      let best = results.min { ($0.best?.bitsPerCharacter ?? .infinity) < ($1.best?.bitsPerCharacter ?? .infinity) }
      guard let best, let result = best.best else { return [] }
      return [
        "With one seed: \(best.variant) is lowest, \(String(format: "%.3f", result.bitsPerCharacter)) \(unit) "
          + "at k = \(result.k), chosen by validation.",
        "Not known: whether any difference is more than the luck of a seed; --seeds 3 gives intervals.",
      ]
    }
    var (found, open): ([String], [String]) = ([], [])
    let all = differences
    for name in all.map(\.name).distinct {
      let own = all.filter { $0.name == name }
      let first = own[0]
      // Whether bits of a − bits of b are above 0: whether b is better.
      func ks(_ verdict: Verdict) -> String? {
        let found = own.filter { Verdict([$0.bits]) == verdict }.map { "\($0.k)" }
        return found.isEmpty ? nil : "k = " + found.joined(separator: ", ")
      }
      if let ks = ks(.disagrees) { found.append("\(first.a) is better than \(first.b) at \(ks)") }
      if let ks = ks(.agrees) { found.append("\(first.b) is better than \(first.a) at \(ks)") }
      if let ks = ks(.inconclusive) { open.append("between \(first.a) and \(first.b) at \(ks)") }
    }
    if found.isEmpty && open.isEmpty { return [] }
    return [
      "Significant differences (95 % intervals that exclude 0): "
        + (found.isEmpty ? "none." : found.joined(separator: "; ") + "."),
      "No significant difference: " + (open.isEmpty ? "nowhere." : open.joined(separator: "; ") + "."),
    ]
  }
}

/// The tables that `compare` and `train` print for a person.
///
/// Figures are of the test part; over seeds, mean ± standard deviation.
package struct ComparisonTables {
  /// Pairs of variants.
  package enum Pairs {
    case all
    /// Those of which one has this name.
    case with(String)
    case none

    func contains(_ difference: RouterDifference) -> Bool {
      switch self {
      case .all: true
      case .with(let name): difference.a == name || difference.b == name
      case .none: false
      }
    }
  }

  let runs: FinishedRuns
  let pairs: Pairs
  private let (variants, ks): ([String], [Int])
  private let commonK: Int

  package init(_ runs: FinishedRuns, pairs: Pairs = .all) {
    (self.runs, self.pairs) = (runs, pairs)
    (variants, ks, commonK) = (runs.variants, runs.ks, runs.commonK)
  }

  /// All that there are, with what has to be said of them.
  package var passages: [Passage] {
    ([quality] + perplexities + [differences, routing, mixtures, policies, cost, memory] + apart + [size])
      .compactMap { $0 }.map { .table($0) }
  }

  private var sparse: [String] { variants.filter { runs[$0].first?.lastK != nil } }

  /// A table with a row for each variant.
  private func table(
    _ title: String, _ columns: [Table.Column], of variants: [String], notes: [String] = [],
    _ cells: (String) -> [Table.Cell]
  ) -> Table? {
    variants.isEmpty
      ? nil
      : Table(
        title, columns: [.text("router")] + columns, rows: variants.map { [.text($0)] + cells($0) }, notes: notes)
  }

  /// Bits by k; a star marks that of the last step.
  private var quality: Table? {
    let entropy = runs.corpus?.entropyBitsPerSymbol
    let notes = Set(runs.results.map(\.router)).sorted().compactMap { name in
      RouterKind(rawValue: name)?.note.map { "\(name) \($0)" }
    }
    return table(
      "\(runs.unit) on the test part, by experts used at inference",
      ks.map { .number("k = \($0)") } + [.number("best")] + (entropy == nil ? [] : [.number("above entropy")]),
      of: variants,
      notes: ["* the k of the last step; the best k is chosen by the validation part"] + notes
    ) { variant in
      let byK = ks.map { k -> Table.Cell in
        let estimate = runs.estimate(variant) { $0[k]?.bitsPerCharacter }
        guard runs[variant].first?.lastK == k, let estimate else { return .estimated(estimate, digits: 3) }
        return .text(estimate.text(digits: 3) + "*")
      }
      let above = entropy.map { entropy in
        runs.cell(variant, 3) { run in run.best.map { $0.bitsPerCharacter - entropy } }
      }
      return byK + [runs.cell(variant, 3) { $0.best?.bitsPerCharacter }] + [above].compactMap { $0 }
    }
  }

  /// What is usual for words: exp of the loss in nats, over all words, and over those that are known.
  private var perplexities: [Table?] {
    guard runs.corpus?.tokens == Tokenization.words.rawValue else { return [] }
    var table = Table(
      "perplexity on the test part, by experts used at inference",
      columns: [.text("router")] + ks.map { .number("k = \($0)", digits: 2) } + [.number("best", digits: 2)],
      notes: (runs.results.first?.best?.unknownWords?.note).map { [$0] } ?? [])
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
    return [table]
  }

  private var differences: Table? {
    guard runs.seeds.count > 1 else { return nil }
    let listed = runs.differences.filter(pairs.contains)
    if listed.isEmpty { return nil }
    return Table(
      "differences in \(runs.unit), paired by seed, ± half-width of the 95 % interval",
      columns: [.text("first minus second")] + ks.map { .number("k = \($0)", digits: 3) },
      rows: listed.map(\.name).distinct.map { name -> [Table.Cell] in
        let own = ks.map { k -> Table.Cell in
          let bits = listed.first { $0.name == name && $0.k == k }?.bits
          return .estimated(bits?.estimate, digits: 3)
        }
        return [.text(name)] + own
      })
  }

  private var routing: Table? {
    let hasDialects = runs.results.contains { $0.best?.dialectInformationPerLayer != nil }
    guard runs.results.contains(where: { !$0.entropyNatsPerLayer.isEmpty }) else { return nil }
    var table = table(
      "routing at k = \(commonK), mean of the layers",
      [
        .number("entropy, nats", digits: 2), .number("largest load", digits: 2),
        .number("experts never chosen", digits: 1),
        .number("margin of choice", digits: 2), .number("chance baseline", digits: 2),
      ] + (hasDialects ? [.number("I(dialect; expert), bits", digits: 2)] : []), of: sparse
    ) { variant in
      [
        runs.cell(variant, 2) { $0.entropy(k: commonK) }, runs.cell(variant, 2) { $0[commonK]?.largestLoad },
        runs.cell(variant, 1) { $0[commonK]?.unusedExperts }, runs.cell(variant, 2) { $0.mean(\.margin) },
        runs.cell(variant, 2) { $0.mean(\.marginByChance) },
      ] + (hasDialects ? [runs.cell(variant, 2) { $0[commonK]?.dialectInformation }] : [])
    }
    let uniform: [Double] = [log(Double(runs.experts)), Double(commonK) / Double(runs.experts), 0, 0, 0]
    table?.append([.text("uniform")] + (uniform + (hasDialects ? [0] : [])).map { .number($0) })
    return table
  }

  private var mixtures: Table? {
    // What margins are is told by the table of routing.
    let columns = MixtureMeasures.columns.prefix(7)
    return table(
      "experts and gradients at k = \(commonK), mean of the layers", columns.map { .number($0.heading) },
      of: variants.filter { runs[$0].first?.mixtures.isEmpty == false }
    ) { variant in columns.map { column in runs.cell(variant, column.digits) { $0.mean(column.value) } } }
  }

  /// What the learned routing is worth: the same experts with each token routed as another one, as before training, and anyhow.
  private var policies: Table? {
    table(
      "\(runs.unit) at k = \(commonK) with the trained experts, routed in another way",
      RoutingPolicy.allCases.map { .number($0.rawValue) },
      of: variants.filter { runs[$0].first?.policies.isEmpty == false }
    ) { variant in
      RoutingPolicy.allCases.map { policy in runs.cell(variant, 3) { $0.routed(policy)?.bitsPerCharacter } }
    }
  }

  /// Shares of the lowest bits that count as equal quality.
  private static let tolerances = [1.01, 1.02, 1.05]

  /// The k are chosen on the validation part, as the best is.
  private var cost: Table? {
    func validated(_ variant: String, _ k: Int) -> Double? {
      runs.values(of: variant) { run in run.evaluation.first { $0.k == k }?.bitsPerCharacter }?.mean
    }
    func best(_ variant: String) -> Double? { ks.compactMap { validated(variant, $0) }.min() }
    let bestOfAll = variants.compactMap(best).min() ?? 0
    let groups = ["of its own best", "of the best of all"]
    return table(
      "cost: smallest k (million multiply-adds a token) within a share of the best bits",
      groups.flatMap { group in ["1 %", "2 %", "5 %"].map { .number($0, group: group) } },
      of: sparse.filter { best($0) != nil }
    ) { variant in
      [best(variant) ?? 0, bestOfAll].flatMap { best in
        Self.tolerances.map { tolerance -> Table.Cell in
          guard let run = runs[variant].first,
            let k = ks.first(where: { validated(variant, $0).map { $0 <= best * tolerance } ?? false }),
            let index = run.test.firstIndex(where: { $0.k == k })
          else { return .missing }
          return .text("\(k) (\(String(format: "%.3f", run.multiplyAddsPerToken[index] / 1e6)))")
        }
      }
    }
  }

  private var memory: Table? {
    let columns = ["all symbols", "recall symbols"].flatMap { group in
      ["with", "without"].map { Table.Column.number($0, group: group) }
    }
    return table(
      "effect of memory, at the best k", columns, of: variants.filter { runs[$0].first?.withoutMemory != nil }
    ) { variant in
      [
        runs.cell(variant, 3) { $0.best?.bitsPerCharacter },
        runs.cell(variant, 3) { $0.withoutMemory?.bitsPerCharacter }, runs.cell(variant, 3) { $0.best?.recallBits },
        runs.cell(variant, 3) { $0.withoutMemory?.recallBits },
      ]
    }
  }

  /// What the text measures apart, of each variant and of the same without memory.
  private var apart: [Table?] {
    let rows = variants.flatMap { variant in
      [
        MeasuredTables.Row(variant, runs[variant].compactMap(\.best)),
        MeasuredTables.Row("\(variant), no memory", runs[variant].compactMap(\.withoutMemory)),
      ].filter { $0.results.count == runs[variant].count }
    }
    return MeasuredTables(
      "router", rows, place: " at the best k", recallByChance: runs.corpus?.recallBitsByChance
    ).all
  }

  private var size: Table? {
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
