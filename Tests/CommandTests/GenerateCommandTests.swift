import Foundation
import TestSupport
import Testing

@Suite("hyperrouter generate", .thorough)
struct GenerateCommandTests {
  @Test("The prompt and its continuation, the same for the same seed")
  func text() throws {
    try Hyperrouter.use { program in
      try program.train()
      func text(_ flags: String) throws -> String {
        let outcome = try program.run("generate --checkpoint run --prompt line --length 40 \(flags)")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        return outcome.output
      }
      let first = try text("--seed 1")
      #expect(first.hasPrefix("line") && first.hasSuffix("\n") && first.count == 4 + 40 + 1)
      #expect(try text("") == first)
      #expect(try text("--seed 2") != first)
      #expect(try text("--temperature 0 --seed 1") == text("--temperature 0 --seed 2"))
    }
  }

  @Test("--json prints one object")
  func json() throws {
    try Hyperrouter.use { program in
      try program.train()
      let object = try program.run("generate --checkpoint run --prompt line --length 9 --json").object()
      #expect(Set(object.keys) == ["prompt", "k", "samples", "program_version", "date"])
      #expect(object["prompt"] as? String == "line" && object["k"] as? Int == 4)
      #expect((hyperrouterText(of: object))?.count == 9)
    }
  }

  @Test("Several samples are those of single runs with the seeds that follow, set apart by a line, or a list in JSON")
  func samples() throws {
    try Hyperrouter.use { program in
      try program.train()
      let line = "generate --checkpoint run --prompt line --length 20 --top-p 0.9 --seed"
      let single = try (5...7).map { try program.run("\(line) \($0)").output }
      let several = try program.run("\(line) 5 --samples 3")
      let expected = single.enumerated().map { "--- sample \($0 + 1) of 3, seed \($0 + 5) ---\n\($1)" }
      #expect(several.output == expected.joined(separator: "\n") && several.errors.isEmpty)
      let object = try program.run("\(line) 5 --samples 3 --json").object()
      #expect(Set(object.keys) == ["prompt", "k", "samples", "program_version", "date"])
      let list = try #require(object["samples"] as? [[String: Any]])
      #expect(list.map { $0["seed"] as? Int } == [5, 6, 7])
      #expect(list.map { "line\($0["text"] as? String ?? "")\n" } == single)
      let one = try program.run("\(line) 5 --samples 1 --json").object()
      #expect((one["samples"] as? [Any])?.count == 1, "a script that counts gets a list of one, too")
      #expect(try program.run("\(line) 5 --samples 1").output == single[0])
      try program.expectFailure(
        "generate --checkpoint run --seed \(Int.max) --samples 2", status: 2, "--seed", "room for 2 seeds")
    }
  }

  @Test("All symbols and all of the probability choose what is chosen without these flags; one symbol, the likeliest")
  func sampling() throws {
    try Hyperrouter.use { program in
      try program.train()
      let line = "generate --checkpoint run --length 60"
      let plain = try program.run(line).output
      for flags in ["--top-p 1", "--top-k 1000000", "--top-k 1000 --top-p 1 --temperature 1"] {
        #expect(try program.run("\(line) \(flags)").output == plain)
      }
      let likeliest = try program.run("\(line) --temperature 0").output
      #expect(likeliest != plain)
      #expect(try program.run("\(line) --top-k 1 --seed 9").output == likeliest)
      for (flag, words) in [
        ("--sample-from 3", "--sample-from is now --top-k"), ("--top-p 0", "above 0 to 1"),
        ("--top-p 1.1", "above 0 to 1"), ("--top-k 0", "from 1 to"),
        ("--samples 0", "from 1 to"), ("--stop=", "expected a text"),
      ] {
        try program.expectFailure("\(line) \(flag)", status: 2, String(flag.prefix { $0 != " " && $0 != "=" }), words)
      }
    }
  }

  @Test("--stop ends with the text, which is the last that is written; what is never written stops nothing")
  func stop() throws {
    try Hyperrouter.use { program in
      try program.train()
      let line = "generate --checkpoint run --length 200 --json"
      let whole = try #require(try program.run(line).text())
      // A text that is there, and begins where something shorter might have.
      let stop = String(whole.dropFirst(100).prefix(3))
      let end = try #require(whole.range(of: stop)).upperBound
      let stopped = try program.run(line.split(separator: " ").map(String.init) + ["--stop", stop]).object()
      #expect(hyperrouterText(of: stopped) == String(whole[..<end]))
      let never = try program.run(line.split(separator: " ").map(String.init) + ["--stop", "€"]).object()
      #expect(hyperrouterText(of: never) == whole)
    }
  }

  @Test("A prompt from a file or from standard input is that on the command line, its line feed included")
  func promptFile() throws {
    try Hyperrouter.use { program in
      try program.train()
      _ = try program.folder.write(Data("line 1: some".utf8), to: "prompt.txt")
      _ = try program.folder.write(Data("line\n".utf8), to: "lines.txt")
      _ = try program.folder.write(Data(), to: "empty.txt")
      _ = try program.folder.write(Data([0x6C, 0xFF]), to: "broken.txt")
      _ = try program.folder.write(Data("li~ne".utf8), to: "foreign.txt")
      let line = "generate --checkpoint run --length 20"
      let words = line.split(separator: " ").map(String.init)
      let expected = try program.run(words + ["--prompt", "line 1: some"])
      #expect(expected.status == 0)
      #expect(try program.run("\(line) --prompt-file prompt.txt").output == expected.output)
      #expect(try program.run("\(line) --prompt-file -", input: "prompt.txt").output == expected.output)
      #expect(try program.run("\(line) --prompt-file lines.txt").output.hasPrefix("line\n"))
      try program.expectFailure("\(line) --prompt-file none.txt", status: 66, "none.txt")
      try program.expectFailure("\(line) --prompt-file empty.txt", status: 65, "empty.txt: found no symbols")
      try program.expectFailure("\(line) --prompt-file -", status: 65, "standard input: found no symbols")
      try program.expectFailure("\(line) --prompt-file broken.txt", status: 65, "broken.txt", "UTF-8")
      try program.expectFailure("\(line) --prompt-file foreign.txt", status: 65, "foreign.txt: byte 0x7E")
      try program.expectFailure("\(line) --prompt a --prompt-file b", status: 2, "--prompt does not go with")
    }
  }

  @Test("Without a prompt the text begins after a line feed, or where there is none, after the first symbol")
  func noPrompt() throws {
    try Hyperrouter.use { program in
      try program.train()
      #expect(try program.run("generate --checkpoint run --json").object()["prompt"] as? String == "\n")
      try String(repeating: "abcd efg ", count: 400).write(
        toFile: program.folder.file("text.txt"), atomically: true, encoding: .utf8)
      try FileManager.default.removeItem(atPath: program.folder.file("run"))
      try program.train()
      #expect(try program.run("generate --checkpoint run --json").object()["prompt"] as? String == " ")
    }
  }

  @Test("Characters of several bytes come out whole")
  func unicode() throws {
    try Hyperrouter.use { program in
      try String(repeating: "ä€😀b", count: 500).write(
        toFile: program.folder.file("text.txt"), atomically: true, encoding: .utf8)
      try program.train("--tokens characters")
      let object = try program.run("generate --checkpoint run --length 20 --json").object()
      let text = try #require(hyperrouterText(of: object))
      #expect(text.unicodeScalars.count == 20 && text.allSatisfy { "ä€😀b".contains($0) })
      let again = try program.run("generate --checkpoint run --length 3 --prompt €")
      #expect(again.output.hasPrefix("€") && again.output.unicodeScalars.count == 5)
    }
  }

  @Test("Bytes that make no character are shown with the fourth of them: a lead byte promises three more at most")
  func brokenCharacters() throws {
    try Hyperrouter.use { program in
      try Data((0..<4000).map { UInt8($0 * $0 % 7 < 3 ? 0xFE : 0xFF) }).write(
        to: URL(fileURLWithPath: program.folder.file("text.txt")))
      try program.train("--tokens bytes")
      for (length, shown) in [(3, 0), (4, 4), (8, 8)] {
        let object = try program.run("generate --checkpoint run --length \(length) --json").object()
        #expect(hyperrouterText(of: object) == String(repeating: "\u{FFFD}", count: shown), "\(length)")
      }
    }
  }
}

extension Hyperrouter.Outcome {
  /// The one text that `generate --json` printed.
  fileprivate func text() throws -> String? { try hyperrouterText(of: object()) }
}

private func hyperrouterText(of object: [String: Any]) -> String? {
  (object["samples"] as? [[String: Any]])?.first?["text"] as? String
}
