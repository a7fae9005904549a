import Foundation
import Testing

@Suite("hyperrouter generate")
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
      #expect(Set(object.keys) == ["prompt", "text", "k", "seed", "program_version", "date"])
      #expect(object["prompt"] as? String == "line" && object["k"] as? Int == 4)
      #expect((object["text"] as? String)?.count == 9)
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
      let text = try #require(object["text"] as? String)
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
        #expect(object["text"] as? String == String(repeating: "\u{FFFD}", count: shown), "\(length)")
      }
    }
  }
}
