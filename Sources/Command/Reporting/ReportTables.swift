import Experiments
import Hosts
import Jacobian
import Report
import Tables
import Training

/// All numbers of a part, as `results.json` has them.
struct ReportTables {
  /// What the tables are, above them.
  static let lead =
    "As results.json has them, rounded to six digits, loads to \(loadDigits). Losses are in nats for each symbol."

  /// Digits of a load: a layer's stand in one cell.
  private static let loadDigits = 3
  /// How many looks all runs have together in the table of looks.
  private static let mostLooks = 600
  /// How many looks each run has in any case: those of a run whose flags say nothing of them.
  private static let fewestLooks = 11

  let part: ReportedPart

  private var runs: [(run: ReportedRun, result: RouterResult)] {
    part.runs.compactMap { run in run.result.map { (run, $0) } }
  }

  /// The tables that have a row, each behind its title.
  var blocks: [Block] {
    [evaluations, layers, mixtures, policies, course, differences, sizes].filter { !$0.rows.isEmpty }
      .map { .details(summary: $0.title, [.table($0)]) }
  }

  private func number(_ value: Int?) -> Table.Cell { .optional(value.map(Double.init)) }

  /// The first cells of every row.
  private func name(_ run: ReportedRun) -> [Table.Cell] { [.text(run.variant), .text("\(run.seed)")] }

  private var evaluations: Table {
    func row(_ run: ReportedRun, _ place: String, _ found: EvaluationResult, _ work: Double?) -> [Table.Cell] {
      name(run) + [
        .text(place), number(found.k), .number(found.loss), .number(found.bitsPerCharacter), .number(found.perplexity),
        .optional(found.unknownWords?.knownPerplexity), .optional(found.recallBits),
        .optional(found.answers?.all.accuracy),
        number(found.symbols), .optional(work),
      ]
    }
    let rows = runs.flatMap { run, result in
      result.evaluation.map { row(run, "validation", $0, nil) }
        + zip(result.test, result.multiplyAddsPerToken).map { row(run, "test", $0, $1) }
        + (result.withoutMemory.map { [row(run, "test, without memory", $0, nil)] } ?? [])
    }
    return Table(
      "Evaluations",
      headings: [
        "router", "seed", "part", "k", "loss", part.unit, "perplexity", "of known words", "recall bits", "accuracy",
        "symbols",
        "multiply-adds a token",
      ], rows: rows)
  }

  private var layers: Table {
    var rows: [[Table.Cell]] = []
    for (run, result) in runs {
      for found in result.test {
        for (layer, entropy) in found.entropyPerLayer.enumerated() {
          let knows = found.dialectInformationPerLayer.flatMap { $0.indices.contains(layer) ? $0[layer] : nil }
          let loads = found.loadPerLayer[layer].map { Numeral.value($0, digits: Self.loadDigits) }
          rows.append(
            name(run) + [
              number(found.k), .text("\(layer + 1)"), .number(entropy), .optional(knows),
              .text(loads.joined(separator: " ")),
            ])
        }
      }
    }
    return Table(
      "Routing by layer",
      headings: ["router", "seed", "k", "layer", "entropy", "knows dialect, bits", "load of each expert"],
      rows: rows)
  }

  private var mixtures: Table {
    let rows = runs.flatMap { run, result in
      result.mixtures.enumerated().map { layer, found in
        name(run) + [
          .text("\(layer + 1)"), .number(found.expertSimilarity), .number(found.unpairedExpertSimilarity),
          .number(found.outputEffectiveRank), .optional(found.routingShare), .optional(found.varianceSeen),
          .number(found.varianceSeenByChance), .optional(found.displacement), .optional(found.margin),
          .optional(found.marginByChance),
        ]
      }
    }
    return Table(
      "Mixtures by layer",
      headings: [
        "router", "seed", "layer", "cosine of experts", "of other tokens", "effective rank of y", "|J₂ᵀu| / |J₁ᵀu|",
        "variance seen", "by chance", "rows moved", "margin", "by chance, margin",
      ], rows: rows)
  }

  private var policies: Table {
    let rows = runs.flatMap { run, result in
      result.policies.map { found in
        name(run) + [
          .text(found.policy.rawValue), number(found.evaluation.k), .number(found.evaluation.loss),
          .number(found.evaluation.bitsPerCharacter),
        ]
      }
    }
    return Table(
      "Other routings of the same experts", headings: ["router", "seed", "routing", "k", "loss", part.unit], rows: rows)
  }

  private var course: Table {
    func mean(_ values: [Double?]) -> Table.Cell { .optional(values.meanOfAll) }
    let most = max(Self.fewestLooks, Self.mostLooks / max(1, part.runs.count))
    let rows = part.runs.flatMap { run in
      part.looks(of: run, atMost: most).map { point in
        name(run) + [
          number(point.step), number(point.validation.k), .number(point.validation.bitsPerCharacter),
          mean(point.validation.entropyPerLayer), mean(point.saturation.map(\.share)),
          mean(point.saturation.map(\.byChance)), mean(point.mixtures.map(\.expertSimilarity)),
          mean(point.mixtures.map(\.outputEffectiveRank)), mean(point.mixtures.map(\.routingShare)),
          mean(point.mixtures.map(\.varianceSeen)), mean(point.mixtures.map(\.margin)),
        ]
      }
    }
    return Table(
      "On the way, means of layers",
      headings: [
        "router", "seed", "step", "k", "validation, \(part.unit)", "entropy", "saturation", "by chance",
        "cosine of experts", "effective rank of y", "|J₂ᵀu| / |J₁ᵀu|", "variance seen", "margin",
      ], rows: rows,
      notes: part.stepsBetweenLooks(atMost: most).map {
        ["The first look in every \($0) steps, and the last; metrics.jsonl has all"]
      } ?? [])
  }

  private var differences: Table {
    let rows = part.finished.differences.map { found -> [Table.Cell] in
      [
        .text(found.a), .text(found.b), number(found.k), .number(found.bits.mean), .optional(found.bits.halfWidth),
        .text(found.bits.differences.map { Numeral.value($0, digits: 6) }.joined(separator: " ")),
      ]
    }
    return Table(
      "Differences, paired by seed",
      headings: ["first", "second", "k", "mean", "half the 95 % interval", "first minus second, by seed"], rows: rows)
  }

  private var sizes: Table {
    let rows = runs.map { run, result in
      name(run) + [
        number(result.parameters), number(result.trainableRoutingParameters), .text(result.kSchedule),
        number(result.lastK), number(result.bestK), number(result.commonK), .number(result.tokensPerSecond),
        .number(result.seconds), number(result.timedSteps),
      ]
    }
    return Table(
      "Sizes and speed",
      headings: [
        "router", "seed", "parameters", "of these for routing", "k in training", "last k", "best k", "common k",
        "tokens/s", "seconds", "steps timed",
      ], rows: rows)
  }
}
