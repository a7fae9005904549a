import Foundation
import TestSupport
import Testing

@Suite("Files to validate and test on, symbols that are evaluated, and n-grams beside a model", .thorough)
struct OwnFilesTests {
  private let program = Hyperrouter()

  private static let files = "--validation valid.txt --test test.txt"

  private func writeFiles() throws {
    try program.write(String(program.text.prefix(900)), to: "valid.txt")
    try program.write(String(program.text.suffix(700)), to: "test.txt")
  }

  @Test("A run on three files trains on all of --data, keeps where they are, and goes on with the same bits")
  func threeFiles() throws {
    try writeFiles()
    let whole = try program.succeed("train --out whole --steps 8 \(Hyperrouter.quick) \(Self.files)")
    #expect(
      whole.errors.replacing("\n", with: " ").contains(
        "6,922 bytes to train on, 900 to validate, 700 to test; V = 256, all bytes"))
    let (results, configuration) = (try program.json("whole/results.json"), try program.json("whole/config.json"))
    let sizes = ["training", "validation", "test"].map { results["corpus"]["\($0)_symbols"].int }
    #expect(sizes == [program.text.count, 900, 700])
    for (key, name) in [("validation", "valid.txt"), ("test", "test.txt")] {
      #expect(configuration[key].string == program.folder.file(name))
    }
    // Nothing precedes a file: its beginning is cold.
    for (part, count) in [("evaluation", 900), ("test", 700)] {
      let found = results[part][0]
      #expect((found["symbols"].int ?? 0) + (found["cold_symbols"].int ?? 0) == count - 1)
      #expect((found["cold_symbols"].int ?? 0) > 0)
    }
    try program.train(Self.files)
    // The same files in another place, for good.
    try program.makeDirectory("moved")
    for name in ["text.txt", "valid.txt", "test.txt"] { try program.move(name, to: "moved/\(name)") }
    try program.expectFailure("train --resume run --steps 8", status: 66, "text.txt", "say where it is now")
    let moved = "--data moved/text.txt --validation moved/valid.txt --test moved/test.txt"
    let elsewhere = try program.succeed("evaluate --checkpoint run --k 2 \(moved)")
    #expect(elsewhere.output.contains("validation part of text.txt"))
    _ = try program.succeed("train --resume run --steps 8 \(moved)")
    #expect(try program.json("run/config.json")["test"].string == program.folder.file("moved/test.txt"))
    #expect(try program.succeed("evaluate --checkpoint run --k 2").output.contains("validation part of text.txt"))
    let again = try program.succeed("train --resume run")
    #expect(again.output.contains("bits per byte on the test part"))
  }

  @Test("compare reads three files, too, and goes on where they are another time")
  func comparing() throws {
    try writeFiles()
    let line = "compare --out all --steps 2 --routers smoe --json \(Hyperrouter.quick) \(Self.files)"
    let first = try program.succeed(line)
    #expect(try first.json()["corpus"]["test_symbols"].int == 700)
    #expect(try program.succeed(line).undated == first.undated)
  }

  @Test("One file without the other, unknown symbols, files that are short, missing or none: one line, nothing written")
  func refused() throws {
    try writeFiles()
    try program.write("~" + program.text, to: "foreign.txt")
    try program.write("short", to: "short.txt")
    for command in ["train --out run", "compare --out run"] {
      let line = "\(command) --steps 2 \(Hyperrouter.quick)"
      try program.expectFailures(
        status: 2,
        [
          ("\(line) --validation valid.txt", "--test: found nothing, expected a file, as for --validation"),
          ("\(line) --test test.txt", "--validation: found nothing, expected a file, as for --test"),
        ])
      try program.expectFailures(
        status: 65,
        [
          ("\(line) --tokens characters --validation foreign.txt --test test.txt", "foreign.txt: character \"~\""),
          ("\(line) --vocabulary occurring --validation valid.txt --test foreign.txt", "foreign.txt: byte 0x7E"),
          (
            "\(line) --validation valid.txt --test short.txt",
            "short.txt: too short: found 5 bytes for the test split, expected at least 8"
          ),
          (
            "\(line) --validation short.txt --test test.txt",
            "short.txt: too short: found 5 bytes for the validation split"
          ),
          (
            "\(line.replacing("text.txt", with: "builtin:dialects")) \(Self.files)",
            "builtin:dialects: found files to validate and test on, expected none"
          ),
        ])
      try program.expectFailures(
        status: 66,
        [
          ("\(line) --validation none.txt --test test.txt", "none.txt: found no such file"),
          ("\(line) --validation valid.txt --test -", "-: found no such file"),
        ])
    }
    try program.expectFailure(
      "compare --suite paper --out run \(Self.files)", status: 2, "--validation does not go with --suite")
    #expect(!program.exists("run"))
  }

  @Test("--evaluate-symbols caps every evaluation, and the number stands beside the figures")
  func capped() throws {
    try program.train("--evaluate-symbols 100 --vocabulary occurring")
    let results = try program.json("run/results.json")
    let found =
      results["evaluation"].ints("symbols") + results["test"].ints("symbols")
      + results["policies"].list.map { $0["evaluation"]["symbols"].int }
      + results["history"].list.map { $0["validation"]["symbols"].int } + results["corpus"]["baselines"].ints("symbols")
    #expect(found.count > 10 && Set(found) == [100])
    #expect(try program.json("run/config.json")["evaluation_symbols"].int == 100)
    let again = try program.succeed("train --resume run")
    #expect(again.output.contains("each the mean of 100 characters") && again.isNarrow)
    try program.expectFailure("train --resume run --evaluate-symbols 50", status: 2, "--evaluate-symbols", "--resume")
    let few = try program.succeed("evaluate --checkpoint run --evaluate-symbols 50 --json").json()
    #expect(Set(few["evaluation"].ints("symbols")) == [50] && Set(few["corpus"]["baselines"].ints("symbols")) == [50])
    let compared = try program.succeed(
      "compare --steps 2 --routers smoe --evaluate-symbols 60 --json \(Hyperrouter.quick)")
    #expect(try Set(compared.json()["routers"][0]["test"].ints("symbols")) == [60])
  }

  @Test(
    "n-grams of the training part stand beside models of a file, in tables, JSON and on the page; none beside a built-in text's"
  )
  func baselines() throws {
    let line = "compare --out all --steps 2 --routers smoe,hyperrouter"
    let compared = try program.succeed("\(line) \(Hyperrouter.quick)")
    let names = ["unigram"] + (2...5).map { "Kneser–Ney, n = \($0)" }
    for name in names { #expect(compared.output.contains("\n\(name)"), "\(compared.output)") }
    // But for the command to type next.
    #expect(compared.lines.dropLast().allSatisfy { $0.count <= 80 })
    let page = try program.folder.contents(of: "all/report.html")
    #expect(names.allSatisfy { page.contains($0) })
    let baselines = try program.json("all/results.json")["corpus"]["baselines"]
    #expect(baselines.ints("order") == [1, 2, 3, 4, 5])
    // The text repeats itself: counting more of it is worth more.
    let bits = baselines.doubles("bits_per_symbol").compactMap { $0 }
    #expect(bits.count == 5 && zip(bits, bits.dropFirst()).allSatisfy { $0 > $1 })
    // The same test part, evaluated on its own.
    let evaluated = try program.succeed("evaluate --checkpoint all/smoe --split test --json").json()
    #expect(evaluated["corpus"]["baselines"].doubles("bits_per_symbol") == baselines.doubles("bits_per_symbol"))
    // Another text is held against what the model was trained on.
    try program.write(String(program.text.suffix(960)), to: "other.txt")
    let other = try program.succeed("evaluate --checkpoint all/smoe --data other.txt")
    #expect(other.output.contains("n-grams of the training part, on the same text") && other.isNarrow)
    try program.train("--tokens words", into: "words")
    let words = try program.json("words/results.json")["corpus"]["baselines"]
    #expect(words.ints("order") == [1, 2, 3] && words.doubles("known_perplexity").allSatisfy { $0 != nil })
    #expect(try program.succeed("evaluate --checkpoint words").output.contains("of known words"))
    let builtin = Hyperrouter.quick.replacing("text.txt", with: "builtin:dialects")
    let plain = try program.succeed("compare --steps 2 --routers smoe --json \(builtin)").json()
    #expect(plain["corpus"]["baselines"].isNull)
  }
}
