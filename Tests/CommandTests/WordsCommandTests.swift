import Foundation
import TestSupport
import Testing

@Suite("Words: train, evaluate, generate with a vocabulary cut by frequency", .thorough)
struct WordsCommandTests {
  private let program = Hyperrouter()

  private static let words = "--tokens words --vocabulary 30"

  private func evaluation(_ program: Hyperrouter, _ flags: String = "") throws -> JSONValue {
    try program.succeed("evaluate --checkpoint run --k 2 --json \(flags)").json()["evaluation"][0]
  }

  @Test(
    "Perplexity over all words and over known ones stand side by side, in text and in JSON, with the share of <unk>")
  func perplexities() throws {
    let trained = try program.succeed("train --out run --steps 4 \(Hyperrouter.quick) \(Self.words)")
    #expect(trained.errors.replacing("\n", with: " ").contains("V = 30") && trained.output.contains("known words"))
    for text in [trained.output, trained.errors] {
      #expect(text.contains("bits per word") && !text.contains("per character") && !text.contains("bits/character"))
    }
    let found = try evaluation(program)
    let (loss, unknown) = (try #require(found["loss"].double), found["unknown_words"])
    let known = try #require(unknown["known_loss"].double)
    #expect(known != loss && mismatch([found["perplexity"].double ?? 0], [exp(loss)], relative: 1e-9) == nil)
    #expect(mismatch([unknown["known_perplexity"].double ?? 0], [exp(known)], relative: 1e-9) == nil)
    // The share by counting: the words of the 90th to 95th hundredth that are not among the listed ones.
    let listed = try program.json("run/config.json")["vocabulary"]["symbols"].list.compactMap(\.string)
    #expect(listed.count == 30 && listed.last == "<unk>" && listed.contains("\n"))
    let all = program.text.replacing("\n", with: " \n ").split(separator: " ").map(String.init)
    let part = Array(all[all.count * 90 / 100..<all.count * 95 / 100])
    let targets = part
    let share = Double(targets.count { !listed.contains($0) }) / Double(targets.count)
    #expect(found["symbols"].int == targets.count && share > 0)
    #expect(try abs(#require(unknown["share"].double) - share) < 1e-12)
    func read(_ word: String) -> String { listed.contains(word) ? word : "<unk>" }
    let training = all[..<(all.count * 90 / 100)].map(read)
    let costs = targets.map(read).map { word in
      -log(Double(training.count { $0 == word } + 1) / Double(training.count + listed.count))
    }
    let level = try #require(unknown["perplexity_by_frequency"].double)
    #expect(abs(level / exp(costs.reduce(0, +) / Double(costs.count)) - 1) < 1e-9)
    let text = try program.run("evaluate --checkpoint run --k 2").output.replacing("\n", with: " ")
    for words in [
      "of known words", "<unk> counted as one of them", "alone they are \(String(format: "%.1f", level)) and ",
      String(format: "%.2f", 100 * share),
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test("The words that occur are those of the whole text, and nothing is unknown")
  func whole() throws {
    try program.train("--tokens words --vocabulary occurring")
    #expect(try evaluation(program)["unknown_words"].isNull)
    try program.expectFailure(
      "generate --checkpoint run --prompt zebra", status: 2, "--prompt", "word \"zebra\"", "is not among")
  }

  @Test("Words are the 10,000 most frequent ones unless told otherwise, wherever a text is read anew")
  func standard() throws {
    try program.write((0..<24_000).map { "w\($0 % 12_000)\($0 % 9 == 0 ? "\n" : " ")" }.joined(), to: "text.txt")
    let flags = "--tokens words --json --steps 2 \(Hyperrouter.quick)"
    for (line, path) in [
      ("train --out run --evaluate-symbols 50", ["corpus", "vocabulary"]),
      ("compare --routers smoe --evaluate-symbols 50 --k 1", ["corpus", "vocabulary"]),
    ] {
      let object = try program.succeed("\(line) \(flags)").json()
      #expect(object[path[0]][path[1]].int == 10_000, "\(line)")
    }
    // What goes on from it has its words.
    let next = try program.succeed(
      "train --from run --data text.txt --steps 1 --batch 4 --json --evaluate-symbols 50 --out next")
    #expect(try next.json()["corpus"]["vocabulary"].int == 10_000)
  }

  @Test("Unknown words of a prompt and of another text are read as <unk>")
  func unknownWords() throws {
    try program.train(Self.words)
    let outcomes = try ["<unk>", "zebra"].map {
      try program.succeed("generate --checkpoint run --prompt \($0) --length 20 --json").json()
    }
    #expect(outcomes.map { $0["prompt"].string } == ["<unk>", "<unk>"])
    let texts = outcomes.map { $0["samples"][0]["text"].string }
    #expect(texts[0] == texts[1] && texts[0]?.isEmpty == false)
    try program.write(String(repeating: "zebra some letters, again\n", count: 60), to: "other.txt")
    let share = try #require(evaluation(program, "--data other.txt")["unknown_words"]["share"].double)
    #expect(share > 0.1 && share < 0.5)
  }

  @Test(
    "All 256 bytes, unless told otherwise: a model of one text is evaluated on, goes on to and is finetuned on another one's letters"
  )
  func allBytes() throws {
    try program.write(program.text.replacing("e", with: "É"), to: "other.txt")
    try program.write((0..<40).map { "Écru \($0)\t\($0 % 2)\n" }.joined(), to: "rows.tsv")
    let next = [
      "evaluate --checkpoint run --data other.txt",
      "train --from run --data other.txt --steps 2 --batch 4 --out next",
      "finetune --checkpoint run --data rows.tsv --epochs 1", "generate --checkpoint run --prompt É --length 5",
    ]
    try program.train("--vocabulary occurring")
    for line in next.dropLast() {
      try program.expectFailure(
        line, status: 65, "is not among the vocabulary's", "a model trained with --vocabulary 256 reads every text")
    }
    try program.remove("run")
    try program.train()
    #expect(try program.json("run/config.json")["vocabulary"]["symbols"].list.count == 256)
    for line in next { _ = try program.succeed(line) }
    // What is known about the built-in texts stays known.
    for name in ["dialects", "recall"] {
      let line = Hyperrouter.quick.replacing("text.txt", with: "builtin:\(name)")
      let outcome = try program.succeed("compare --steps 2 --routers smoe --vocabulary 256 --json \(line)")
      let corpus = try outcome.json()["corpus"]
      #expect(corpus["vocabulary"].int == 256 && corpus["entropy_bits_per_symbol"].double != nil)
    }
  }

  @Test("A vocabulary of 0 or 1, of bytes, or of more words than the text has: one line")
  func refused() throws {
    let line = "train --out run --data text.txt --preset smoke --steps 2"
    for count in ["1", "2147483648", "all"] {
      try program.expectFailure(
        "\(line) --tokens words --vocabulary \(count)", status: 2, "--vocabulary: found \"\(count)\"", "from 2 to",
        "or occurring")
    }
    try program.expectFailures(
      status: 2,
      [
        (
          "\(line) --vocabulary 30",
          "--vocabulary: found 30 with --tokens bytes, expected --tokens words, or 256 with --tokens bytes"
        ), ("\(line) --tokens characters --vocabulary 256", "characters"),
      ])
    try program.expectFailure(
      "\(line) --tokens words --vocabulary 5000", status: 65, "text.txt: the training split has", "different words",
      "expected at least 5000")
    #expect(!program.exists("run"))
    try program.train(Self.words)
    try program.expectFailure("train --resume run --vocabulary 40", status: 2, "--vocabulary", "--resume")
    try program.expectFailure("train --from run --vocabulary 40", status: 2, "--vocabulary", "--from")
  }
}
