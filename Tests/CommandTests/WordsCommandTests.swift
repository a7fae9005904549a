import Foundation
import TestSupport
import Testing

@Suite("Words: train, evaluate, generate with a vocabulary cut by frequency", .thorough)
struct WordsCommandTests {
  private static let words = "--tokens words --vocabulary 30"

  private func evaluation(_ program: Hyperrouter, _ flags: String = "") throws -> [String: Any] {
    let outcome = try program.run("evaluate --checkpoint run --k 2 --json \(flags)")
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try #require((try outcome.object()["evaluation"] as? [[String: Any]])?.first)
  }

  @Test(
    "Perplexity over all words and over known ones stand side by side, in text and in JSON, with the share of <unk>")
  func perplexities() throws {
    try Hyperrouter.use { program in
      let trained = try program.run("train --out run --steps 4 \(Hyperrouter.quick) \(Self.words)")
      try #require(trained.status == 0, "\(trained.errors)")
      #expect(trained.errors.replacing("\n", with: " ").contains("V = 30") && trained.output.contains("known words"))
      for text in [trained.output, trained.errors] {
        #expect(!text.contains("per character") && !text.contains("bits/character"))
      }
      #expect(
        trained.output.contains("bits per word")
          && trained.output.components(separatedBy: "\na sample")[0].split(separator: "\n").allSatisfy {
            $0.count <= 80
          })
      let found = try evaluation(program)
      let (loss, perplexity) = (try #require(found["loss"] as? Double), try #require(found["perplexity"] as? Double))
      #expect(abs(perplexity - exp(loss)) < 1e-9 * perplexity)
      let unknown = try #require(found["unknown_words"] as? [String: Any])
      let known = try #require(unknown["known_loss"] as? Double)
      let exponential = try #require(unknown["known_perplexity"] as? Double)
      #expect(known != loss && abs(exponential - exp(known)) < 1e-9 * exp(known))
      // The share by counting: the words of the 90th to 95th hundredth that are not among the listed ones.
      let vocabulary = try #require(
        (try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "run/config.json").utf8))
          as? [String: Any])?["vocabulary"] as? [String: Any])
      let listed = try #require(vocabulary["symbols"] as? [String])
      #expect(listed.count == 30 && listed.last == "<unk>" && listed.contains("\n"))
      let all = program.text.replacing("\n", with: " \n ").split(separator: " ").map(String.init)
      let part = Array(all[all.count * 90 / 100..<all.count * 95 / 100])
      let rows = max(1, min(16, part.count / 16))
      let length = part.count / rows
      let targets = (0..<rows).flatMap { part[$0 * length + 1..<($0 + 1) * length] }
      let share = Double(targets.count { !listed.contains($0) }) / Double(targets.count)
      #expect(found["symbols"] as? Int == targets.count && share > 0)
      let said = try #require(unknown["share"] as? Double)
      #expect(abs(said - share) < 1e-12)
      func read(_ word: String) -> String { listed.contains(word) ? word : "<unk>" }
      let training = all[..<(all.count * 90 / 100)].map(read)
      let costs = targets.map(read).map { word in
        -log(Double(training.count { $0 == word } + 1) / Double(training.count + listed.count))
      }
      let level = try #require(unknown["perplexity_by_frequency"] as? Double)
      #expect(abs(level / exp(costs.reduce(0, +) / Double(costs.count)) - 1) < 1e-9)
      let text = try program.run("evaluate --checkpoint run --k 2")
      #expect(
        text.output.contains("of known words")
          && text.output.replacing("\n", with: " ").contains("<unk> counted as one of them")
          && text.output.replacing("\n", with: " ").contains("alone they are \(String(format: "%.1f", level)) and "))
      #expect(text.output.contains(String(format: "%.2f %%", 100 * share).replacing(" %", with: "")))
      #expect(try program.run("train --resume run").status == 0)
    }
  }

  @Test("Without the flag the vocabulary is that of the whole text, and nothing is unknown")
  func whole() throws {
    try Hyperrouter.use { program in
      try program.train("--tokens words")
      #expect(try evaluation(program)["unknown_words"] is NSNull)
      try program.expectFailure(
        "generate --checkpoint run --prompt zebra", status: 2, "--prompt", "word \"zebra\"", "is not among")
    }
  }

  @Test("Unknown words of a prompt and of another text are read as <unk>")
  func unknownWords() throws {
    try Hyperrouter.use { program in
      try program.train(Self.words)
      let generated = try program.run("generate --checkpoint run --prompt zebra --length 3 --json").object()
      #expect(generated["prompt"] as? String == "<unk>")
      let first = try program.run("generate --checkpoint run --prompt <unk> --length 20 --json").object()
      let other = try program.run("generate --checkpoint run --prompt zebra --length 20 --json").object()
      func text(_ object: [String: Any]) -> String? {
        (object["samples"] as? [[String: Any]])?.first?["text"] as? String
      }
      #expect(text(first) == text(other) && text(first)?.isEmpty == false)
      try String(repeating: "zebra some letters, again\n", count: 60).write(
        toFile: program.folder.file("other.txt"), atomically: true, encoding: .utf8)
      let unknown = try #require(try evaluation(program, "--data other.txt")["unknown_words"] as? [String: Any])
      let share = try #require(unknown["share"] as? Double)
      #expect(share > 0.1 && share < 0.5)
    }
  }

  @Test("All 256 bytes: a model of one text is evaluated on, goes on to and is finetuned on another one's letters")
  func allBytes() throws {
    try Hyperrouter.use { program in
      _ = try program.folder.write(Data(program.text.replacing("e", with: "É").utf8), to: "other.txt")
      _ = try program.folder.write(
        Data((0..<40).map { "Écru \($0)\t\($0 % 2)\n" }.joined().utf8), to: "rows.tsv")
      let next = [
        "evaluate --checkpoint run --data other.txt",
        "train --from run --data other.txt --steps 2 --batch 4 --out next",
        "finetune --checkpoint run --data rows.tsv --epochs 1", "generate --checkpoint run --prompt É --length 5",
      ]
      try program.train()
      for line in next.dropLast() {
        try program.expectFailure(
          line, status: 65, "is not among the vocabulary's", "a model of all 256 bytes reads every text")
      }
      try FileManager.default.removeItem(atPath: program.folder.file("run"))
      try program.train("--vocabulary 256")
      for line in next {
        let outcome = try program.run(line)
        #expect(outcome.status == 0, "\(line): \(outcome.errors)")
      }
      let object = try program.run("evaluate --checkpoint run --json").object()
      #expect((object["corpus"] as? [String: Any])?["vocabulary"] as? Int == 256)
      // What is known about the built-in texts stays known.
      for name in ["dialects", "recall"] {
        let line = Hyperrouter.quick.replacing("text.txt", with: "builtin:\(name)")
        let outcome = try program.run("compare --steps 2 --routers smoe --vocabulary 256 --json \(line)")
        let corpus = try #require(try outcome.object()["corpus"] as? [String: Any])
        #expect(corpus["vocabulary"] as? Int == 256 && corpus["entropy_bits_per_symbol"] is Double)
      }
    }
  }

  @Test("A vocabulary of 0 or 1, of bytes, or of more words than the text has: one line")
  func refused() throws {
    try Hyperrouter.use { program in
      for command in ["train --out run", "compare --out run"] {
        let line = "\(command) --data text.txt --preset smoke --steps 2"
        for count in ["0", "1", "-3", "x", "2147483648"] {
          try program.expectFailure(
            "\(line) --tokens words --vocabulary \(count)", status: 2, "--vocabulary", "\"\(count)\"", "from 2 to")
        }
        try program.expectFailure(
          "\(line) --vocabulary 30", status: 2,
          "--vocabulary: found 30 with --tokens bytes, expected --tokens words, or 256 with --tokens bytes")
        try program.expectFailure(
          "\(line) --tokens characters --vocabulary 256", status: 2, "--vocabulary", "characters")
        try program.expectFailure(
          "\(line) --tokens words --vocabulary 5000", status: 65, "text.txt: the training split has", "different words",
          "expected at least 5000")
        #expect(!program.folder.names.contains("run"))
      }
      try program.train(Self.words)
      try program.expectFailure("train --resume run --vocabulary 40", status: 2, "--vocabulary", "--resume")
      try program.expectFailure("train --from run --vocabulary 40", status: 2, "--vocabulary", "--from")
    }
  }
}
