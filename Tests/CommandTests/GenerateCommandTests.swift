import Foundation
import TestSupport
import Testing

@Suite("hyperrouter generate", .thorough)
struct GenerateCommandTests {
  private let program = Hyperrouter()

  private func text(_ program: Hyperrouter, _ flags: String) throws -> String {
    try #require(
      program.succeed("generate --checkpoint run --json \(flags)").json()["samples"][0]["text"].string)
  }

  @Test("The prompt and its continuation, the same for the same seed; at temperature 0 for every seed")
  func text() throws {
    try program.train("--vocabulary occurring")
    func text(_ flags: String) throws -> String {
      try program.succeed("generate --checkpoint run --prompt line --length 40 \(flags)").output
    }
    let first = try text("--seed 1")
    #expect(first.hasPrefix("line") && first.hasSuffix("\n") && first.count == 4 + 40 + 1)
    #expect(try text("") == first && text("--seed 2") != first)
    let likeliest = try text("--temperature 0 --seed 1")
    #expect(try text("--temperature 0 --seed 2") == likeliest && text("--top-k 1 --seed 9") == likeliest)
    #expect(try likeliest != first && text("--top-k 1000 --top-p 1 --temperature 1") == first)
    for (flag, words) in [
      ("--top-p 0", "above 0 to 1"),
      ("--top-k 0", "from 1 to"), ("--samples 0", "from 1 to"), ("--stop=", "expected a text"),
    ] {
      try program.expectFailure(
        "generate --checkpoint run \(flag)", status: 2, String(flag.prefix { $0 != " " && $0 != "=" }), words)
    }
  }

  @Test("Several samples are those of single runs with the seeds that follow, set apart by a line, or a list in JSON")
  func samples() throws {
    try program.train()
    let line = "generate --checkpoint run --prompt line --length 20 --top-p 0.9 --seed"
    let single = try (5...7).map { try program.succeed("\(line) \($0)").output }
    let several = try program.succeed("\(line) 5 --samples 3")
    let expected = single.enumerated().map { "--- sample \($0 + 1) of 3, seed \($0 + 5) ---\n\($1)" }
    #expect(several.output == expected.joined(separator: "\n") && several.errors.isEmpty)
    let object = try program.succeed("\(line) 5 --samples 3 --json").json()
    #expect(object["prompt"].string == "line" && object["k"].int == 4)
    #expect(object["samples"].ints("seed") == [5, 6, 7])
    #expect(object["samples"].strings("text").map { "line\($0 ?? "")\n" } == single)
    let one = try program.succeed("\(line) 5 --json").json()
    #expect(one["samples"].list.count == 1, "a script that counts gets a list of one, too")
    try program.expectFailure(
      "generate --checkpoint run --seed \(Int.max) --samples 2", status: 2, "--seed", "room for 2 seeds")
  }

  @Test("--stop ends with the text, which is the last that is written; what is never written stops nothing")
  func stop() throws {
    try program.train("--vocabulary occurring")
    let line = "generate --checkpoint run --length 200 --json"
    let whole = try text(program, "--length 200")
    // A text that is there, and begins where something shorter might have.
    let stop = String(whole.dropFirst(100).prefix(3))
    let end = try #require(whole.range(of: stop)).upperBound
    for (word, expected) in [(stop, String(whole[..<end])), ("€", whole)] {
      let outcome = try program.run(line.split(separator: " ").map(String.init) + ["--stop", word])
      #expect(try outcome.json()["samples"][0]["text"].string == expected)
    }
  }

  @Test("A prompt from a file or from standard input is that on the command line, its line feed included")
  func promptFile() throws {
    try program.train("--vocabulary occurring")
    for (name, text) in [
      ("prompt.txt", "line 1: some"), ("lines.txt", "line\n"), ("empty.txt", ""), ("foreign.txt", "li~ne"),
    ] { try program.write(text, to: name) }
    _ = try program.folder.write(Data([0x6C, 0xFF]), to: "broken.txt")
    _ = try program.folder.write(Data([0x1F, 0x8B, 8, 0]), to: "book.gz")
    let line = "generate --checkpoint run --length 20"
    let expected = try program.run(line.split(separator: " ").map(String.init) + ["--prompt", "line 1: some"])
    #expect(expected.status == 0)
    #expect(try program.run("\(line) --prompt-file prompt.txt").output == expected.output)
    #expect(try program.run("\(line) --prompt-file -", input: "prompt.txt").output == expected.output)
    #expect(try program.run("\(line) --prompt-file lines.txt").output.hasPrefix("line\n"))
    try program.expectFailures(
      status: 65,
      [
        ("\(line) --prompt-file empty.txt", "empty.txt: found no symbols"),
        ("\(line) --prompt-file -", "standard input: found no symbols"),
        ("\(line) --prompt-file broken.txt", "broken.txt: byte 0xFF at byte offset 1"),
        ("\(line) --prompt-file book.gz", "book.gz: looks like a gzip file"),
        ("\(line) --prompt-file foreign.txt", "foreign.txt: byte 0x7E"),
      ])
    try program.expectFailure("\(line) --prompt-file none.txt", status: 66, "none.txt")
    try program.expectFailure("\(line) --prompt a --prompt-file b", status: 2, "--prompt does not go with")
  }

  @Test("Without a prompt the text begins after a line feed, or where there is none, after the first symbol")
  func noPrompt() throws {
    for (text, prompt) in [(program.text, "\n"), (String(repeating: "abcd efg ", count: 400), " ")] {
      try program.write(text, to: "text.txt")
      try program.train("--vocabulary occurring")
      #expect(try program.run("generate --checkpoint run --json").json()["prompt"].string == prompt)
      try program.remove("run")
    }
  }

  @Test("Characters of several bytes come out whole")
  func unicode() throws {
    try program.write(String(repeating: "ä€😀b", count: 500), to: "text.txt")
    try program.train("--tokens characters")
    let found = try text(program, "--length 20")
    #expect(found.unicodeScalars.count == 20 && found.allSatisfy { "ä€😀b".contains($0) })
  }

  @Test("Bytes that are not UTF-8 are read as a prompt, by command line and file, and written again; JSON has U+FFFD")
  func bytes() throws {
    // Two bytes, neither of which begins or follows anything in UTF-8.
    _ = try program.folder.write(Data((0..<4000).map { $0 * $0 % 7 < 3 ? 0x92 : 0xFF }), to: "text.txt")
    try program.train("--vocabulary occurring")
    _ = try program.folder.write(Data([0x92, 0xFF]), to: "prompt.txt")
    for prompt in [
      #"--prompt "$(printf '\222\377')""#, #""$(printf -- '--prompt=\222\377')""#, "--prompt-file prompt.txt",
    ] {
      let outcome = try program.finish(
        program.startShell(#"exec "$0" generate --checkpoint run --length 9 \#(prompt) >stdout 2>stderr"#))
      let written = try program.data("stdout")
      #expect(
        outcome.status == 0 && written.count == 2 + 9 + 1 && written.starts(with: [0x92, 0xFF]), "\(outcome.errors)")
      #expect(written.dropLast().allSatisfy { [0x92, 0xFF].contains($0) } && written.last == 0x0A)
    }
    let stopped = try program.finish(
      program.startShell(
        #"exec "$0" generate --checkpoint run --stop "$(printf '\377')" >stdout 2>stderr"#))
    #expect(
      try stopped.status == 0
        && program.data("stdout").dropLast().firstIndex(of: 0xFF) == program.data("stdout").count - 2)
    #expect(try text(program, "--length 3") == String(repeating: "\u{FFFD}", count: 3))
  }
}
