import Experiments
import Hosts
import Jacobian
import Tables
import Training

/// All numbers of a part, as `results.json` has them.
struct ReportTables {
  /// What the tables are, above them.
  static let lead =
    "As results.json has them, rounded to six digits, loads to \(loadDigits). Losses are in nats for each symbol."

  /// Digits of a load: a layer's stand in one cell.
  private static let loadDigits = 3
  /// How many evaluations on the way all runs have together in their table, and each in any case: those of a run whose flags
  /// say nothing of them.
  private static let (mostEvaluations, fewestEvaluations) = (600, 11)

  private let part: ReportedPart
  private let finished: [(run: RunRecord, result: RouterResult)]

  init(_ part: ReportedPart) {
    self.part = part
    finished = part.runs.compactMap { run in run.result.map { (run, $0) } }
  }

  /// The tables that have a row, each behind its title.
  var blocks: [Block] {
    [evaluations, layers, mixtures, policies, history, differences, sizes].filter { !$0.rows.isEmpty }
      .map { .details(summary: $0.title, [.table($0)]) }
  }

  /// A table whose rows are named by their run.
  private func table<Runs: Sequence>(
    _ title: String, _ headings: [String], _ runs: Runs, notes: [String] = [],
    rows: (Runs.Element) -> (run: RunRecord, cells: [[Table.Cell]])
  ) -> Table {
    Table(
      title, headings: ["router", "seed"] + headings,
      rows: runs.flatMap { element in
        let (run, cells) = rows(element)
        return cells.map { [.text(run.variant), .text("\(run.seed)")] + $0 }
      }, notes: notes)
  }

  private func count(_ value: Int?) -> Table.Cell { .optional(value.map(Double.init)) }

  private var evaluations: Table {
    func row(_ place: String, _ found: EvaluationResult, _ work: Double? = nil) -> [Table.Cell] {
      [
        .text(place), count(found.k), .number(found.loss), .number(found.bitsPerCharacter), .number(found.perplexity),
        .optional(found.unknownWords?.knownPerplexity), .optional(found.recallBits),
        .optional(found.answers?.all.accuracy), count(found.symbols), .optional(work),
      ]
    }
    return table(
      "Evaluations",
      [
        "part", "k", "loss", part.unit, "perplexity", "of known words", "recall bits", "accuracy", "symbols",
        "multiply-adds a token",
      ], finished
    ) { run, result in
      var rows = result.evaluation.map { row("validation", $0) }
      rows += zip(result.test, result.multiplyAddsPerToken).map { row("test", $0, $1) }
      if let without = result.withoutMemory { rows.append(row("test, without memory", without)) }
      return (run, rows)
    }
  }

  private var layers: Table {
    table(
      "Routing by layer", ["k", "layer", "entropy, nats", "I(dialect; expert), bits", "load of each expert"], finished
    ) { run, result in
      let rows = result.test.flatMap { found in
        found.entropyPerLayer.enumerated().map { layer, entropy -> [Table.Cell] in
          let information = found.dialectInformationPerLayer.flatMap { $0.indices.contains(layer) ? $0[layer] : nil }
          let loads = found.loadPerLayer[layer].map { Numeral.value($0, digits: Self.loadDigits) }
          return [
            count(found.k), .text("\(layer + 1)"), .number(entropy), .optional(information),
            .text(loads.joined(separator: " ")),
          ]
        }
      }
      return (run, rows)
    }
  }

  private var mixtures: Table {
    table("Mixtures by layer", ["layer"] + MixtureMeasures.columns.map(\.heading), finished) { run, result in
      let rows = result.mixtures.enumerated().map { layer, found -> [Table.Cell] in
        [.text("\(layer + 1)")] + MixtureMeasures.columns.map { .optional($0.value(found)) }
      }
      return (run, rows)
    }
  }

  private var policies: Table {
    table("Other routings of the same experts", ["routing", "k", "loss", part.unit], finished) { run, result in
      let rows = result.policies.map { found -> [Table.Cell] in
        [
          .text(found.policy.rawValue), count(found.evaluation.k), .number(found.evaluation.loss),
          .number(found.evaluation.bitsPerCharacter),
        ]
      }
      return (run, rows)
    }
  }

  private var history: Table {
    let most = max(Self.fewestEvaluations, Self.mostEvaluations / max(1, part.runs.count))
    return table(
      "On the way, means of layers",
      ["step", "k", "validation, \(part.unit)", "entropy, nats", "saturation", "chance baseline of the saturation"]
        + MixtureMeasures.columns.map(\.heading), part.runs,
      notes: part.stepsBetweenEvaluations(atMost: most).map {
        ["The first evaluation in every \($0) steps, and the last; metrics.jsonl has all"]
      } ?? []
    ) { run in
      let rows = part.evaluations(of: run, atMost: most).map { point -> [Table.Cell] in
        let (saturation, mixtures) = (point.saturation, point.mixtures)
        let means: [Double?] =
          [
            point.validation.entropyPerLayer.map(Optional.some).meanOfAll,
            saturation.map { $0.share }.meanOfAll, saturation.map { $0.byChance }.meanOfAll,
          ] + MixtureMeasures.columns.map { column in mixtures.map(column.value).meanOfAll }
        return [count(point.step), count(point.validation.k), .number(point.validation.bitsPerCharacter)]
          + means.map { .optional($0) }
      }
      return (run, rows)
    }
  }

  private var differences: Table {
    Table(
      "Differences, paired by seed",
      headings: ["first", "second", "k", "mean", "half-width of the 95 % interval", "first minus second, by seed"],
      rows: part.finished.differences.map { found in
        [
          .text(found.a), .text(found.b), count(found.k), .number(found.paired.mean), .optional(found.paired.halfWidth),
          .text(found.paired.differences.map { Numeral.value($0, digits: 6) }.joined(separator: " ")),
        ]
      })
  }

  private var sizes: Table {
    table(
      "Sizes and speed",
      [
        "parameters", "of these for routing", "k in training", "last k", "best k", "common k", "tokens/s", "seconds",
        "steps timed",
      ], finished
    ) { run, result in
      let row: [Table.Cell] = [
        count(result.parameters), count(result.trainableRoutingParameters), .text(result.kSchedule),
        count(result.lastK), count(result.bestK), count(result.commonK), .number(result.tokensPerSecond),
        .number(result.seconds), count(result.timedSteps),
      ]
      return (run, [row])
    }
  }
}
