import Benchmarks
import Foundation
import Tables

/// What `benchmark` measured; percentages are of the peak.
extension Table {
  private static func percent(_ value: Double) -> Cell { .text(String(format: "%.1f %%", 100 * value)) }

  private static func product(_ batch: Int, _ m: Int, _ k: Int, _ n: Int) -> Cell {
    batch > 1 ? "\(batch) × \(m)×\(k)×\(n)" : "\(m)×\(k)×\(n)"
  }

  static func peaks(_ report: BenchmarkReport) -> Table {
    let all = report.threads > 1 ? [("\(report.threads) threads", report.peakGflopsAllThreads)] : []
    return Table(
      "The cores",
      columns: [
        .text("multiply-add peak"), .number("Float GFLOP/s", digits: 1), .number("Double GFLOP/s", digits: 1),
      ],
      rows: ([("1 thread", report.peakGflops)] + all).map { [.text($0), .number($1.float), .number($1.double)] })
  }

  static func products(_ rows: [MatrixBenchmark.Row]) -> Table {
    Table(
      "Matrix products",
      columns: [
        .text("m×k×n"), .text("scalar"), .text("transposed"), .number("threads"), .number("GFLOP/s", digits: 1),
        .number("of peak"), .number("quartiles"),
      ],
      rows: rows.map {
        [
          product($0.batch, $0.m, $0.k, $0.n), .text($0.scalar), .text($0.transpose.rawValue), "\($0.threads)",
          .number($0.gflops), percent($0.ofPeak), percent($0.spread),
        ]
      })
  }

  /// One table for each preset.
  static func products(_ rows: [ProductBenchmark.Row]) -> [Table] {
    Dictionary(grouping: rows, by: \.preset).sorted { $0.key > $1.key }.map { preset, rows in
      // The time of all is the sum of the times: shares over speeds.
      func mean(_ value: (ProductBenchmark.Row) -> Double) -> Double {
        1 / rows.reduce(0) { $0 + $1.share / value($1) }
      }
      let (warm, cold) = (mean(\.warm), mean(\.cold))
      return Table(
        "Products of a step of \(preset), one thread, of the peak",
        columns: [
          .text("product"), .text("for"), .text("m×k×n"), .number("MB", digits: 2), .number("share"), .number("warm"),
          .number("cold"), .number("cold/warm", digits: 2),
        ],
        rows: rows.map {
          [
            .text($0.product), .text($0.pass.rawValue.replacing(" gradient", with: "s")),
            product($0.batch, $0.m, $0.k, $0.n), .number(Double($0.bytes) * 1e-6), percent($0.share),
            percent($0.warm), percent($0.cold), .number($0.cold / $0.warm),
          ]
        } + [["all", "", "", "", percent(1), percent(warm), percent(cold), .number(cold / warm)]])
    }
  }

  static func kernels(_ rows: [KernelBenchmark.Row]) -> Table {
    Table(
      "Kernels on Float, one thread",
      columns: [
        .text("kernel"), .number("elements"), .number("ns an element", digits: 3), .number("a copy, ns", digits: 3),
      ],
      rows: rows.map { [.text($0.kernel), "\($0.count)", .number($0.nsPerElement), .number($0.copyNsPerElement)] })
  }

  /// Speeds, and where the time of a step goes.
  static func training(_ rows: [ModelBenchmark.TrainingRow]) -> [Table] {
    [
      Table(
        "Training without dropout",
        columns: [
          .text("preset"), .number("threads"), .number("k"), .number("tokens/s", digits: 0), .number("of peak"),
          .number("quartiles"), .number("peak MB", digits: 0),
        ],
        rows: rows.map {
          [
            .text($0.preset), "\($0.threads)", "\($0.k)", .number($0.tokensPerSecond), percent($0.ofPeak),
            percent($0.spread), .number($0.peakMemoryMb),
          ]
        }),
      Table(
        "Where a step's computing time goes",
        columns: [.text("part of a step")] + rows.map { .number("\($0.preset) \($0.threads) thr.") },
        rows: StepPart.allCases.map { part in
          [.text(part.rawValue.replacing("_", with: " "))] + rows.map { percent($0.breakdown[part] ?? 0) }
        }),
    ]
  }

  static func scaling(_ rows: [ModelBenchmark.TrainingRow]) -> Table {
    Table(
      "Training on all threads, by k, N and dropout",
      columns: [
        .text("preset"), .number("k"), .number("N"), .number("dropout", digits: 1), .number("tokens/s", digits: 0),
        .number("of peak"), .number("quartiles"),
      ],
      rows: rows.map {
        [
          .text($0.preset), "\($0.k)", "\($0.experts)", .number($0.dropout), .number($0.tokensPerSecond),
          percent($0.ofPeak), percent($0.spread),
        ]
      })
  }

  static func inference(_ rows: [ModelBenchmark.InferenceRow]) -> Table {
    Table(
      "Evaluation and generation",
      columns: [
        .text("preset"), .number("threads"), .number("evaluation tokens/s", digits: 0),
        .number("over training", digits: 2), .number("generation ms a token", digits: 3),
        .number("4 × as long a text"),
      ],
      rows: rows.map {
        [
          .text($0.preset), "\($0.threads)", .number($0.evaluationTokensPerSecond), .number($0.evaluationOverTraining),
          .number($0.generationMsPerToken), .text("× " + Numeral.text($0.generationGrowth, digits: 2)),
        ]
      })
  }

  static func memory(_ rows: [ModelBenchmark.MemoryRow]) -> Table {
    Table(
      "Memory in use while training goes on",
      columns: [
        .text("preset"), .number("threads"), .number("steps"), .number("MB", digits: 1), .number("steps"),
        .number("MB", digits: 1), .number("growth MB", digits: 1),
      ],
      rows: rows.map {
        [
          .text($0.preset), "\($0.threads)", "\($0.earlyStep)", .number($0.earlyMb), "\($0.lateStep)",
          .number($0.lateMb), .number($0.growth),
        ]
      })
  }
}
