import Foundation
import TestSupport
import Testing

@Suite("hyperrouter finetune", .thorough)
struct FinetuneCommandTests {
  private static let quick = "finetune --checkpoint run --data rows.tsv --epochs 2"

  /// Runs a test with a pretrained model in `run` and labelled texts in `rows.tsv`.
  private func use(_ flags: String = "", _ body: (Hyperrouter) throws -> Void) throws {
    try Hyperrouter.use { program in
      try program.train(flags)
      try program.writeRows("rows.tsv")
      try body(program)
    }
  }

  private func list(_ object: [String: Any]?, _ key: String) throws -> [[String: Any]] {
    try #require(object?[key] as? [[String: Any]])
  }

  @Test("--json has every condition and k, chance beside, and differences paired by seed")
  func json() throws {
    try use { program in
      let object = try program.run("\(Self.quick) --seeds 2 --json").object()
      let task = try #require(object["task"] as? [String: Any])
      #expect(task["labels"] as? [String] == ["one", "two"] && task["ceiling"] is NSNull)
      #expect([task["training_texts"], task["validation_texts"], task["test_texts"]].map { $0 as? Int } == [32, 4, 4])
      #expect(task["chance"] as? Double == 0.5)
      let classifiers = try list(object, "classifiers")
      #expect(
        classifiers.map { $0["condition"] as? String } == [
          "finetuned", "scratch", "frozen", "finetuned", "scratch", "frozen",
        ])
      #expect(classifiers.map { $0["seed"] as? Int } == [1, 1, 1, 2, 2, 2])
      for one in classifiers {
        #expect(try list(one, "test").map { $0["k"] as? Int } == [1, 2, 4])
        #expect(try list(one, "epochs").map { $0["step"] as? Int } == [2, 4])
      }
      let summary = object["summary"] as? [String: Any]
      #expect(try list(summary, "accuracies").count == 3 * 4)
      #expect(try list(summary, "differences").count == 3 * 3)
      #expect(!program.folder.names.contains("runs"))
    }
  }

  @Test("The same bits for any number of threads, and with or without a directory")
  func threads() throws {
    try use("--dropout 0.1") { program in
      func classifiers(_ flags: String) throws -> String {
        let object = try program.run("\(Self.quick) --json \(flags)").object()
        let data = try JSONSerialization.data(
          withJSONObject: try #require(object["classifiers"]), options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
      }
      let one = try classifiers("--threads 1")
      #expect(try classifiers("--threads 3 --out kept") == one)
      #expect(try classifiers("--threads 1 --seed 2") != one)
    }
  }

  @Test("The built-in task says chance and ceiling; a table has a row for each condition")
  func builtin() throws {
    try Hyperrouter.use { program in
      let quick = Hyperrouter.quick.replacing("text.txt", with: "builtin:dialects")
      #expect(try program.run("train --out run --steps 2 \(quick)").status == 0)
      let outcome = try program.run("finetune --checkpoint run --epochs 1 --k 1,4")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").map(String.init)
      #expect(lines.allSatisfy { $0.count <= 80 })
      #expect(lines[0] == "builtin:dialects: 8 labels")
      #expect(outcome.output.contains("texts longer than T + M = 16, of which the last 16 are read: 2500"))
      for (name, cells) in [("finetuned", 10), ("scratch", 10), ("frozen", 10), ("chance", 2), ("ceiling", 2)] {
        let row = lines.first { $0.hasPrefix("\(name) ") && !$0.contains("−") }
        #expect(row?.split(separator: " ").count == cells, "\(row ?? name)")
      }
      #expect(lines.contains { $0.hasPrefix("finetuned − scratch") })
    }
  }

  @Test("What is kept is gone on with by the same command, with the same bits; another command is refused")
  func continued() throws {
    try use { program in
      let first = try program.run("\(Self.quick) --out tuned")
      #expect(first.status == 0, "\(first.errors)")
      let whole = try program.files("tuned")
      #expect(
        Set(whole.keys)
          == Set(
            ["config.json", "results.json"]
              + ["finetuned", "scratch", "frozen"].flatMap { name in
                ["config.json", "model.safetensors", "results.json"].map { "\(name)/\($0)" }
              }))
      // As a kill leaves it: one finished, one with a model and no results, one not begun.
      try FileManager.default.removeItem(atPath: program.folder.file("tuned/results.json"))
      try FileManager.default.removeItem(atPath: program.folder.file("tuned/scratch/results.json"))
      try FileManager.default.removeItem(atPath: program.folder.file("tuned/frozen"))
      let second = try program.run("\(Self.quick) --out tuned")
      #expect(second.status == 0 && second.output == first.output, "\(second.errors)")
      #expect(second.errors.components(separatedBy: "kept from before").count == 2)
      let after = try program.files("tuned")
      #expect(Set(after.keys) == Set(whole.keys))
      for (name, data) in whole where name.hasSuffix(".safetensors") || name.hasSuffix("config.json") {
        #expect(after[name] == data, "\(name)")
      }
      let kept = try program.files("tuned")
      for (flags, words) in [
        ("--learning-rate 1e-3", "training.learning_rate.peak"), ("--batch 4", "training.batch"),
        ("--seeds 2", "with seed 1, expected one of finetuned, scratch, frozen with seeds 1, 2"),
        ("--conditions frozen", "expected one of frozen with seed 1"),
      ] {
        try program.expectFailure("\(Self.quick) --out tuned \(flags)", status: 73, "tuned: already holds", words)
      }
      try program.writeRows("rows.tsv", count: 50)
      try program.expectFailure("\(Self.quick) --out tuned", status: 73, "fingerprint")
      try program.expectFailure("\(Self.quick) --out run", status: 73, "run: already holds a run")
      #expect(try program.files("tuned") == kept)
    }
  }

  @Test("evaluate finds of a kept classifier what finetune reported, on its own data and on the same file")
  func evaluated() throws {
    try use { program in
      // One is more frequent in training, two in the test.
      func rows(_ ones: Int, _ twos: Int) -> Data {
        let labels = Array(repeating: "one", count: ones) + Array(repeating: "two", count: twos)
        return Data(labels.enumerated().map { "some line \($0.offset % 7)\t\($0.element)\n" }.joined().utf8)
      }
      _ = try program.folder.write(rows(40, 20), to: "rows.tsv")
      _ = try program.folder.write(rows(6, 18), to: "test.tsv")
      let flags = "\(Self.quick) --test test.tsv --out tuned"
      #expect(try program.run(flags).status == 0)
      for name in ["finetuned", "scratch", "frozen"] {
        let kept =
          try JSONSerialization.jsonObject(
            with: Data(program.folder.contents(of: "tuned/\(name)/results.json").utf8)) as? [String: Any]
        let expected = try list(kept, "test").map { $0["loss"] as? Double }
        for (flags, chance) in [("--split test", 0.25), ("--data test.tsv", 0.75)] {
          let object = try program.run("evaluate --checkpoint tuned/\(name) \(flags) --json").object()
          let found = try list(object, "classification")
          #expect(found.map { $0["loss"] as? Double } == expected && expected.count == 3)
          #expect(found.allSatisfy { $0["texts"] as? Int == 24 } && object["chance"] as? Double == chance, "\(flags)")
          #expect(object["step"] as? Int == kept?["chosen_step"] as? Int)
        }
      }
      let text = try program.run("evaluate --checkpoint tuned/frozen --data test.tsv --k 2")
      #expect(text.status == 0 && text.output.contains("on 24 texts of test.tsv") && text.errors.isEmpty)
      #expect(text.output.contains("always these texts' most frequent label: 75.0 %"))
      let own = try program.run("evaluate --checkpoint tuned/frozen --split test --k 2")
      #expect(own.output.contains("on 24 texts of test.tsv, test part"), "the file of the part: \(own.output)")
      #expect(own.output.contains("always training's most frequent label: 25.0 %"))
      try program.expectFailure(
        "evaluate --checkpoint tuned/frozen --data test.tsv --split test", status: 2, "--split: found with --data")
      try program.expectFailure(
        "evaluate --checkpoint tuned/frozen --no-memory", status: 2, "--no-memory: found with a classifier")
      try program.expectFailure("evaluate --checkpoint tuned/frozen --k 5", status: 2, "--k: found 5")
      try program.writeRows("rows.tsv", count: 50)
      try program.expectFailure("evaluate --checkpoint tuned/frozen", status: 65, "rows.tsv: is not the text")
    }
  }

  @Test("Header lines are said; texts beyond T + M symbols lose their beginning, and are counted")
  func said() throws {
    try use { program in
      let rows = try program.folder.contents(of: "rows.tsv")
      try ("sentence\tlabel\n" + rows + "some letters, again some letters\tone\n")
        .write(toFile: program.folder.file("rows.tsv"), atomically: true, encoding: .utf8)
      let outcome = try program.run("\(Self.quick) --conditions scratch")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("the first line of rows.tsv names the columns"))
      #expect(outcome.output.contains("texts longer than T + M = 16, of which the last 16 are read: 1\n"))
    }
  }
}
