import Benchmarks
import Foundation
import Tables

/// Prints measurements as they come in.
struct BenchmarkTables {
  /// Nil if nothing is to be printed.
  let console: Console?

  func printPeaks(_ report: BenchmarkReport) throws {
    var table = Table(columns: [.text("multiply-add peak"), .number("Float GFLOP/s"), .number("Double GFLOP/s")])
    table.append(texts: ["1 thread", number(report.peakGflops.float, 1), number(report.peakGflops.double, 1)])
    if report.threads > 1 {
      let all = report.peakGflopsAllThreads
      table.append(texts: ["\(report.threads) threads", number(all.float, 1), number(all.double, 1)])
    }
    try print("The cores", table)
  }

  func print(_ rows: [MatrixBenchmark.Row]) throws {
    var table = Table(columns: [
      .text("m×k×n"), .text("scalar"), .text("transposed"), .number("threads"), .number("GFLOP/s"),
      .number("of peak"), .number("±"),
    ])
    for row in rows {
      let name = "\(row.m)×\(row.k)×\(row.n)"
      table.append(texts: [
        row.batch > 1 ? "\(row.batch) × \(name)" : name, row.scalar, row.transpose.rawValue, "\(row.threads)",
        number(row.gflops, 1), percent(row.ofPeak), percent(row.spread),
      ])
    }
    try print("Matrix products", table)
  }

  func print(_ rows: [ProductBenchmark.Row]) throws {
    for (preset, rows) in Dictionary(grouping: rows, by: \.preset).sorted(by: { $0.key > $1.key }) {
      var table = Table(columns: [
        .text("product"), .text("for"), .text("m×k×n"), .number("MB"), .number("share"), .number("warm"),
        .number("cold"), .number("cold/warm"),
      ])
      for row in rows {
        let name = "\(row.m)×\(row.k)×\(row.n)"
        table.append(texts: [
          row.product, row.pass.rawValue.replacing(" gradient", with: "s"),
          row.batch > 1 ? "\(row.batch) × \(name)" : name,
          number(Double(row.bytes) * 1e-6, 2), percent(row.share), percent(row.warm), percent(row.cold),
          number(row.cold / row.warm, 2),
        ])
      }
      func mean(_ value: (ProductBenchmark.Row) -> Double) -> Double {
        // The time of all is the sum of the times: shares over speeds.
        1 / rows.reduce(0) { $0 + $1.share / value($1) }
      }
      let (warm, cold) = (mean(\.warm), mean(\.cold))
      table.append(texts: ["all", "", "", "", percent(1), percent(warm), percent(cold), number(cold / warm, 2)])
      try print("Products of a step of \(preset), one thread, of the peak", table)
    }
  }

  func print(_ rows: [KernelBenchmark.Row]) throws {
    var table = Table(columns: [
      .text("kernel"), .number("elements"), .number("ns an element"), .number("a copy, ns"),
    ])
    for row in rows {
      table.append(texts: [
        row.kernel, "\(row.count)", number(row.nsPerElement, 3), number(row.copyNsPerElement, 3),
      ])
    }
    try print("Kernels on Float, one thread", table)
  }

  func print(_ rows: [ModelBenchmark.TrainingRow], title: String) throws {
    var table = Table(columns: [
      .text("preset"), .number("threads"), .number("k"), .number("tokens/s"), .number("of peak"), .number("±"),
      .number("peak MB"),
    ])
    for row in rows {
      table.append(texts: [
        row.preset, "\(row.threads)", "\(row.k)", number(row.tokensPerSecond, 0), percent(row.ofPeak),
        percent(row.spread), number(row.peakMemoryMb, 0),
      ])
    }
    try print(title, table)
    var parts = Table(columns: [.text("part of a step")] + rows.map { .number("\($0.preset) \($0.threads) thr.") })
    for part in StepPart.allCases {
      let name = part.rawValue.replacingOccurrences(of: "_", with: " ")
      parts.append(texts: [name] + rows.map { percent($0.breakdown[part.rawValue] ?? 0) })
    }
    try print("Where a step's computing time goes", parts)
  }

  func printScaling(_ rows: [ModelBenchmark.TrainingRow]) throws {
    var table = Table(columns: [
      .text("preset"), .number("k"), .number("N"), .number("dropout"), .number("tokens/s"), .number("of peak"),
      .number("±"),
    ])
    for row in rows {
      table.append(texts: [
        row.preset, "\(row.k)", "\(row.experts)", number(row.dropout, 1), number(row.tokensPerSecond, 0),
        percent(row.ofPeak), percent(row.spread),
      ])
    }
    try print("Training on all threads, by k, N and dropout", table)
  }

  func print(_ rows: [ModelBenchmark.InferenceRow]) throws {
    var table = Table(columns: [
      .text("preset"), .number("threads"), .number("evaluation tokens/s"), .number("over training"),
      .number("generation ms a token"), .number("4 × as long a text"),
    ])
    for row in rows {
      table.append(texts: [
        row.preset, "\(row.threads)", number(row.evaluationTokensPerSecond, 0),
        number(row.evaluationOverTraining, 2), number(row.generationMsPerToken, 3),
        "× " + number(row.generationGrowth, 2),
      ])
    }
    try print("Evaluation and generation", table)
  }

  func print(_ rows: [ModelBenchmark.MemoryRow]) throws {
    var table = Table(columns: [
      .text("preset"), .number("threads"), .number("steps"), .number("MB"), .number("steps"), .number("MB"),
      .number("growth MB"),
    ])
    for row in rows {
      table.append(texts: [
        row.preset, "\(row.threads)", "\(row.earlyStep)", number(row.earlyMb, 1), "\(row.lateStep)",
        number(row.lateMb, 1),
        number(row.growth, 1),
      ])
    }
    try print("Memory in use while training goes on", table)
  }

  private func print(_ title: String, _ table: Table) throws {
    try console?.print(title)
    try console?.print(table)
    try console?.print("")
  }

  private func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
  private func percent(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
}
