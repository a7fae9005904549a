import Foundation
import TestSupport
import Testing

@Suite("hyperrouter benchmark", .thorough)
struct BenchmarkCommandTests {
  @Test("--only memory says what a process holds early and late in a run: hardly more")
  func memory() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("benchmark --only memory --preset smoke --quick --json")
      #expect(outcome.status == 0)
      let object = try outcome.object()
      let measured = Set(object.filter { !($0.value is NSNull) }.keys)
      #expect(
        measured == ["memory", "peak_gflops", "peak_gflops_all_threads", "threads", "program_version", "date"])
      let row = try #require((object["memory"] as? [[String: Any]])?.first)
      #expect(Set(row.keys) == ["preset", "threads", "early_step", "late_step", "early_mb", "late_mb"])
      #expect(row["preset"] as? String == "smoke")
      #expect(row["early_step"] as? Int == 30 && row["late_step"] as? Int == 300)
      let (early, late) = try (#require(row["early_mb"] as? Double), #require(row["late_mb"] as? Double))
      // A step that kept 40 kB would show.
      #expect(early > 5 && late < early + 10)
    }
  }

  @Test("Tables are at most 80 columns wide")
  func text() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("benchmark --only memory --preset smoke --quick")
      #expect(outcome.status == 0 && outcome.output.contains("growth MB"))
      #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
  }

  @Test("--only training,inference: a table of each, on one thread only if asked for one")
  func models() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("benchmark --only training,inference --preset smoke --quick --threads 1")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("1 thread ") && !outcome.output.contains("1 threads"))
      #expect(outcome.output.contains("Training without dropout"))
      let rows = outcome.output.split(separator: "\n").filter { $0.hasPrefix("smoke ") }
      #expect(rows.count == 2)
      #expect(rows.contains { $0.wholeMatch(of: /smoke +1 +2 +[0-9]+ +[0-9.]+ ?% +[0-9.]+ ?% +[0-9]+/) != nil })
      let inference = /smoke +1 +[0-9]+ +[0-9]+\.[0-9]{2} +[0-9]+\.[0-9]{3} +× [0-9]+\.[0-9]{2}/
      #expect(rows.contains { $0.wholeMatch(of: inference) != nil }, "\(rows)")
    }
  }
}
