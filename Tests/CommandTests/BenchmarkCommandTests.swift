import Foundation
import TestSupport
import Testing

@Suite("hyperrouter benchmark", .thorough)
struct BenchmarkCommandTests {
  private let program = Hyperrouter()

  @Test("--only memory says what a process holds early and late in a run: hardly more")
  func memory() throws {
    let object = try program.succeed("benchmark --only memory --preset smoke --quick --json").json()
    let measured = object.keys.filter { !object[$0].isNull }
    #expect(
      Set(measured) == ["memory", "peak_gflops", "peak_gflops_all_threads", "threads", "program_version", "date"])
    let row = object["memory"][0]
    #expect(row["preset"].string == "smoke" && row["early_step"].int == 30 && row["late_step"].int == 300)
    let (early, late) = try (#require(row["early_mb"].double), #require(row["late_mb"].double))
    // A step that kept 40 kB would show.
    #expect(early > 5 && late < early + 10)
  }

  @Test("--only training,inference: a table of each, on one thread only if asked for one")
  func models() throws {
    let outcome = try program.succeed("benchmark --only training,inference --preset smoke --quick --threads 1")
    #expect(outcome.isNarrow && outcome.output.contains("1 thread ") && !outcome.output.contains("1 threads"))
    #expect(outcome.output.contains("Training without dropout"))
    let rows = outcome.lines.filter { $0.hasPrefix("smoke ") }
    #expect(rows.count == 2)
    #expect(rows.contains { $0.wholeMatch(of: /smoke +1 +2 +[0-9]+ +[0-9.]+ ?% +[0-9.]+ ?% +[0-9]+/) != nil })
    let inference = /smoke +1 +[0-9]+ +[0-9]+\.[0-9]{2} +[0-9]+\.[0-9]{3} +× [0-9]+\.[0-9]{2}/
    #expect(rows.contains { $0.wholeMatch(of: inference) != nil }, "\(rows)")
  }
}
