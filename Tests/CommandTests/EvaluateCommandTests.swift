import Foundation
import TestSupport
import Testing

@Suite("hyperrouter evaluate", .thorough)
struct EvaluateCommandTests {
  private let program = Hyperrouter()

  @Test("A row for every k, 1, 2, 4, … N unless asked otherwise; --json prints the same as after training")
  func table() throws {
    try program.train("--experts 6")
    let object = try program.succeed("evaluate --checkpoint run --json --k 4,1").json()
    #expect(object["evaluation"].ints("k") == [4, 1])
    let trained = try program.json("run/results.json")["evaluation"]
    #expect(object["evaluation"][1]["loss"].double == trained[0]["loss"].double)
    let outcome = try program.succeed("evaluate --checkpoint run")
    #expect(
      outcome.isNarrow && outcome.errors.isEmpty
        && outcome.lines[0] == "after step 4 of 4, validation part of text.txt, V = 256, all bytes"
    )
    #expect(outcome.lines[3..<7].map { $0.prefix(1) } == ["1", "2", "4", "6"])
  }

  @Test("The step is that of the weights which were measured, not the one that the run should have reached")
  func step() throws {
    _ = try program.succeed("train --out run --steps 2 \(Hyperrouter.quick)")
    let older = try program.data("run/model.safetensors")
    _ = try program.succeed("train --resume run --steps 4")
    // As a kill between the last state and the last model leaves it.
    _ = try program.folder.write(older, to: "run/model.safetensors")
    #expect(try program.run("evaluate --checkpoint run --k 1 --json").json()["step"].int == 2)
    #expect(
      try program.run("evaluate --checkpoint run --k 1").output.hasPrefix(
        "after step 2 of 4, validation part of text.txt, V"))
  }

  @Test("Another file, another part, shorter segments, no memory: each changes the measurement")
  func variants() throws {
    try program.train()
    try program.write(String(program.text.prefix(3000)), to: "other.txt")
    func loss(_ flags: String) throws -> Double? {
      try program.succeed("evaluate --checkpoint run --k 2 --json \(flags)").json()["evaluation"][0]["loss"].double
    }
    let variants = try ["", "--split test", "--data other.txt", "--segment 3", "--no-memory"].map(loss)
    #expect(Set(variants.compactMap { $0 }).count == variants.count)
    #expect(try loss("--threads 1") == variants[0] && loss("--split validation") == variants[0])
    // All of another text, a part of it only if asked for; how many symbols that is, and which are cold.
    #expect(
      try loss("--data other.txt --split all") == variants[2] && loss("--data other.txt --split test") != variants[2])
    let other = try program.succeed("evaluate --checkpoint run --data other.txt --k 2 --json").json()
    let (symbols, cold) = (other["evaluation"][0]["symbols"].int ?? 0, other["evaluation"][0]["cold_symbols"].int ?? 0)
    #expect(symbols + cold == 2999 && cold > 0 && other["split"].string == "all")
    let text = try program.succeed("evaluate --checkpoint run --data other.txt --k 2")
    #expect(text.output.contains("The first \(cold) symbols") && text.isNarrow)
  }

  @Test("--memory evaluates with each length, recall symbols apart, whatever was trained with; the table says which")
  func memory() throws {
    let evaluate = "evaluate --checkpoint run"
    _ = try program.succeed(
      "train --out run --steps 4 \(Hyperrouter.quick)".replacing("text.txt", with: "builtin:dialects"))
    func found(_ flags: String) throws -> (memory: [Int], loss: [Double?], recall: [Double?], k: [Int?]) {
      let object = try program.succeed("\(evaluate) --k 1,2 --json \(flags)").json()
      let evaluation = object["evaluation"]
      return (
        object["memory"].list.compactMap(\.int), evaluation.doubles("loss"), evaluation.doubles("recall_bits"),
        evaluation.ints("k")
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
    let table = try program.succeed("\(evaluate) --k 1 --memory 0,24")
    #expect(table.output.contains("recall") && table.isNarrow)
    #expect(table.lines.suffix(2).map { $0.split(separator: " ").first } == ["0", "24"], "\(table.output)")
    try program.expectFailures(
      status: 2,
      [
        ("\(evaluate) --memory 8 --no-memory", "--no-memory does not go with --memory"),
        ("\(evaluate) --memory 8,8", "once"), ("\(evaluate) --memory 65537", "0 to 65536"),
        ("\(evaluate) --segment 17", "at most M + T = 16"),
      ])
  }

  @Test("Longer segments may take more memory than the machine has: refused, with both numbers")
  func shortage() throws {
    _ = try program.succeed(
      "train --out run --steps 2 --data text.txt --preset smoke --router smoe --model-width 8 --heads 256 "
        + "--head-width 1 --expert-width 6 --segment 8 --memory 8 --batch 2")
    // With so much memory the training itself would take minutes.
    try program.edit("model", "memory", to: 65536)
    let outcome = try program.run("evaluate --checkpoint run --segment 16384")
    #expect(outcome.status == 2 && outcome.output.isEmpty)
    // Four rows of 256 heads, 16,384 queries and 65,544 keys: 4398 · 10⁹ bytes of attention weights, and little else.
    let machine = String(format: "%.0f", Double(ProcessInfo.processInfo.physicalMemory) / 1e9)
    let found = outcome.errors.split(separator: " ").compactMap { Double($0) }.first ?? 0
    #expect((4398...4410).contains(found), "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("hyperrouter: --segment: found sizes that take about "))
    #expect(outcome.errors.hasSuffix(" GB, expected at most this machine's \(machine) GB\n"))
  }
}
