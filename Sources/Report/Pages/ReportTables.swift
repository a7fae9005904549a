import Experiments
import Hosts
import Jacobian
import Tables
import Training

/// The numbers of a part run by run, as `results.json` has them; those of curves and bars are behind the charts.
struct ReportTables {
  /// What the tables are, above them.
  static let lead =
    "As results.json has them, rounded to six digits, loads to \(loadDigits). Losses are in nats for each symbol."

  /// Digits of a load: a layer's stand in one cell.
  private static let loadDigits = 3

  private let part: ReportedPart
  private let finished: [(run: RunRecord, result: RouterResult)]

  init(_ part: ReportedPart) {
    self.part = part
    finished = part.runs.compactMap { run in run.result.map { (run, $0) } }
  }

  /// The tables that have a row, each behind its title.
  var blocks: [Block] {
    [evaluations, layers, mixtures, differences, sizes].filter { !$0.rows.isEmpty }
      .map { .details(summary: $0.title, [.table($0)]) }
  }

  /// A table whose rows are named by their run.
  private func table(_ title: String, _ headings: [String], rows: (RouterResult) -> [[Table.Cell]]) -> Table {
    Table(
      title, headings: ["router", "seed"] + headings,
      rows: finished.flatMap { run, result in rows(result).map { [.text(run.variant), .text("\(run.seed)")] + $0 } })
  }

  private func count(_ value: Int?) -> Table.Cell { .optional(value.map(Double.init)) }

  private var evaluations: Table {
    func row(_ place: String, _ found: EvaluationResult, _ work: Double? = nil) -> [Table.Cell] {
      [
        .text(place), count(found.k), .number(found.loss), .number(found.bitsPerCharacter), .optional(found.perplexity),
        .optional(found.unknownWords?.knownPerplexity), .optional(found.recallBits),
        .optional(found.answers?.all.accuracy), count(found.symbols), .optional(work),
      ]
    }
    return table(
      "Evaluations",
      [
        "part", "k", "loss", part.unit, "perplexity", "of known words", "recall bits", "accuracy", "symbols",
        "multiply-adds a token",
      ]
    ) { result in
      var rows = result.evaluation.map { row("validation", $0) }
      rows += zip(result.test, result.multiplyAddsPerToken).map { row("test", $0, $1) }
      if let without = result.withoutMemory { rows.append(row("test, without memory", without)) }
      return rows
    }
  }

  private var layers: Table {
    table(
      "Routing by layer", ["k", "layer", "entropy, nats", "I(class; expert), bits", "load of each expert"]
    ) { result in
      result.test.flatMap { found in
        found.entropyPerLayer.enumerated().map { layer, entropy -> [Table.Cell] in
          let information = found.classInformationPerLayer.flatMap { $0.indices.contains(layer) ? $0[layer] : nil }
          let loads = found.loadPerLayer[layer].map { Numeral.value($0, digits: Self.loadDigits) }
          return [
            count(found.k), .text("\(layer + 1)"), .number(entropy), .optional(information),
            .text(loads.joined(separator: " ")),
          ]
        }
      }
    }
  }

  private var mixtures: Table {
    table("Mixtures by layer", ["layer"] + MixtureMeasures.columns.map(\.heading)) { result in
      result.mixtures.enumerated().map { layer, found -> [Table.Cell] in
        [.text("\(layer + 1)")] + MixtureMeasures.columns.map { .optional($0.value(found)) }
      }
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
      ]
    ) { result in
      [
        [
          count(result.parameters), count(result.trainableRoutingParameters), .text(result.kSchedule),
          count(result.lastK), count(result.bestK), count(result.commonK), .number(result.tokensPerSecond),
          .number(result.seconds), count(result.timedSteps),
        ]
      ]
    }
  }
}
