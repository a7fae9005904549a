import Foundation
import TestSupport
import Testing

@Suite("hyperrouter evaluate", .thorough)
struct EvaluateCommandTests {
  @Test("--json prints what was measured at each k, and the same as after training")
  func json() throws {
    try Hyperrouter.use { program in
      try program.train()
      let outcome = try program.run("evaluate --checkpoint run --json --k 4,1")
      #expect(outcome.status == 0)
      let object = try outcome.object()
      #expect(Set(object.keys) == ["corpus", "split", "step", "memory", "evaluation", "program_version", "date"])
      let evaluation = try #require(object["evaluation"] as? [[String: Any]])
      #expect(evaluation.map { $0["k"] as? Int } == [4, 1])
      #expect(evaluation.allSatisfy { Set($0.keys) == evaluationKeys })
      let kept = try #require(
        try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "run/results.json").utf8))
          as? [String: Any])
      let trained = try #require(kept["evaluation"] as? [[String: Any]])
      #expect(evaluation[1]["loss"] as? Double == trained[0]["loss"] as? Double)
    }
  }

  @Test("The step is that of the weights which were measured, not the one that the run should have reached")
  func step() throws {
    try Hyperrouter.use { program in
      try program.train()
      let model = URL(fileURLWithPath: program.folder.file("run/model.safetensors"))
      let older = try program.run("train --out older --steps 2 \(Hyperrouter.quick)")
      try #require(older.status == 0)
      // As a kill between the last state and the last model leaves it.
      try Data(contentsOf: URL(fileURLWithPath: program.folder.file("older/model.safetensors"))).write(to: model)
      #expect(try program.run("evaluate --checkpoint run --k 1 --json").object()["step"] as? Int == 2)
      #expect(
        try program.run("evaluate --checkpoint run --k 1").output.hasPrefix("after step 2 of 4, validation part\n"))
    }
  }

  @Test("Another file, another part, shorter segments, no memory: each changes the measurement")
  func variants() throws {
    try Hyperrouter.use { program in
      try program.train()
      try String(program.text.prefix(3000)).write(
        toFile: program.folder.file("other.txt"), atomically: true, encoding: .utf8)
      func bits(_ flags: String) throws -> Double? {
        let object = try program.run("evaluate --checkpoint run --k 2 --json \(flags)").object()
        return (object["evaluation"] as? [[String: Any]])?.first?["loss"] as? Double
      }
      let variants = try ["", "--split test", "--data other.txt", "--segment 3", "--no-memory"].map(bits)
      #expect(Set(variants.compactMap { $0 }).count == variants.count)
      #expect(try bits("--threads 1") == variants[0] && bits("--split validation") == variants[0])
    }
  }

  @Test("--memory evaluates with each length, recall symbols apart, whatever was trained with; the table says which")
  func memory() throws {
    try Hyperrouter.use { program in
      let trained = try program.run(
        "train --out run --steps 4 \(Hyperrouter.quick)".replacing("text.txt", with: "builtin:dialects"))
      try #require(trained.status == 0, "\(trained.errors)")
      func found(_ flags: String) throws -> (memory: [Int], loss: [Double], recall: [Double], k: [Int]) {
        let object = try program.run("evaluate --checkpoint run --k 1,2 --json \(flags)").object()
        let evaluation = try #require(object["evaluation"] as? [[String: Any]])
        return (
          try #require(object["memory"] as? [Int]), evaluation.compactMap { $0["loss"] as? Double },
          evaluation.compactMap { $0["recall_bits"] as? Double }, evaluation.compactMap { $0["k"] as? Int }
        )
      }
      let swept = try found("--memory 0,8,24")
      #expect(swept.memory == [0, 0, 8, 8, 24, 24] && swept.k == [1, 2, 1, 2, 1, 2])
      #expect(Set(swept.loss).count == 6 && Set(swept.recall).count == 6)
      // As in training, and without: the same numbers.
      let (plain, none) = (try found(""), try found("--no-memory"))
      #expect(plain.memory == [8, 8] && plain.loss == Array(swept.loss[2...3]))
      #expect(none.memory == [0, 0] && none.loss == Array(swept.loss[0...1]))
      #expect(try found("--segment 3").memory == [13, 13] && found("--segment 20 --memory 4").memory == [4, 4])
      let table = try program.run("evaluate --checkpoint run --k 1 --memory 0,24")
      #expect(
        table.output.contains("recall") && table.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let rows = table.output.split(separator: "\n").map { $0.split(separator: " ").first.map(String.init) ?? "" }
      #expect(rows.suffix(2) == ["0", "24"], "\(table.output)")
      try program.expectFailure(
        "evaluate --checkpoint run --memory 8 --no-memory", status: 2, "--no-memory does not go with --memory")
      try program.expectFailure("evaluate --checkpoint run --memory 8,8", status: 2, "--memory", "once")
      try program.expectFailure("evaluate --checkpoint run --memory 65537", status: 2, "--memory", "0 to 65536")
      try program.expectFailure("evaluate --checkpoint run --segment 17", status: 2, "at most M + T = 16")
    }
  }

  @Test("Longer segments may take more memory than the machine has: refused, with both numbers")
  func shortage() throws {
    try Hyperrouter.use { program in
      let trained = try program.run(
        "train --out run --steps 2 --data text.txt --preset smoke --router smoe --model-width 8 --heads 256 "
          + "--head-width 1 --expert-width 6 --segment 8 --memory 65536 --batch 2")
      try #require(trained.status == 0, "\(trained.errors)")
      let outcome = try program.run("evaluate --checkpoint run --segment 16384")
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      // Four rows of 256 heads, 16,384 queries and 65,544 keys: 4398 · 10⁹ bytes of attention weights, and little else.
      let machine = String(format: "%.0f", Double(ProcessInfo.processInfo.physicalMemory) / 1e9)
      let words = outcome.errors.split(separator: " ").compactMap { Double($0) }
      #expect(words.first.map { (4398...4410).contains($0) } == true, "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("hyperrouter: --segment: found sizes that take about "))
      #expect(outcome.errors.hasSuffix(" GB, expected at most this machine's \(machine) GB\n"))
    }
  }

  @Test("The table has a row for every k, 1, 2, 4, … N unless asked otherwise")
  func text() throws {
    try Hyperrouter.use { program in
      try program.train("--experts 6")
      let outcome = try program.run("evaluate --checkpoint run")
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 80 })
      #expect(lines[0].wholeMatch(of: /after step (\d+) of \1, validation part/) != nil)
      #expect(lines.dropFirst(3).map { $0.prefix(1) } == ["1", "2", "4", "6"])
    }
  }
}
