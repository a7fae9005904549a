import Corpora
import Foundation
import TestSupport
import Testing

@Suite("The built-in texts on the command line", .thorough)
struct BuiltinTextsTests {
  private let program = Hyperrouter()

  private func train(_ text: String, _ program: Hyperrouter) throws -> Hyperrouter.Outcome {
    let quick = Hyperrouter.quick.replacing("text.txt", with: text).replacing("--segment 8", with: "--segment 64")
    return try program.succeed("train --out run --steps 2 --router smoe \(quick)")
  }

  /// The words that stand in a text, and those that do not.
  private func expect(_ text: String, has words: [String], and missing: [String], width: Int? = 80) {
    for word in words { #expect(text.contains(word), "\(word)") }
    for word in missing { #expect(!text.contains(word), "\(word)") }
    if let width { #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }) }
  }

  @Test("train and evaluate say accuracy on the answers of lists by depth, beside the most frequent answer")
  func lists() throws {
    let trained = try train("builtin:lists", program)
    for output in [trained.output, try program.run("evaluate --checkpoint run --k 1,4").output] {
      expect(
        output, has: ["accuracy on the answer", "most frequent answer", "depth 1", "depth 3"],
        and: ["recalled", "above entropy"])
    }
    let object = try program.run("evaluate --checkpoint run --k 1 --json").json()
    #expect(object["evaluation"][0]["answers"]["by_depth"].ints("depth") == [1, 2, 3])
    #expect(
      object["corpus"]["entropy_bits_per_symbol"].isNull && object["corpus"]["recall_bits_chance_baseline"].isNull)
    expect(
      try program.folder.contents(of: "run/report.html"), has: ["Accuracy on the answer", "depth 3"],
      and: ["Recalled symbols"], width: nil)
  }

  @Test("train and evaluate say bits of recalled symbols by distance, beside what they cost without memory")
  func recall() throws {
    let trained = try train("builtin:recall", program)
    let evaluated = try program.run("evaluate --checkpoint run --k 1,4")
    // The sample is a line of its own length.
    for output in [trained.output.components(separatedBy: "\na sample")[0], evaluated.output] {
      expect(output, has: ["bits of recalled symbols", "chance baseline", "2.000"], and: [])
    }
    #expect(trained.output.contains("smoe, no memory"))
    expect(
      try program.folder.contents(of: "run/report.html"),
      has: ["Recalled symbols by distance", "what stood behind the same symbol"],
      and: ["45 characters before it", "Accuracy on the answer"], width: nil)
    let object = try program.run("evaluate --checkpoint run --k 1 --json").json()
    let rows = object["evaluation"][0]["recall_by_distance"]
    #expect(rows.ints("from") == [1, 5, 17, 65, 129, 257] && rows[5]["through"].isNull)
    #expect(object["corpus"]["recall_bits_chance_baseline"].double == 2)
  }

  @Test("A list that is longer than the segment: one line that names the flag, both lengths, and nothing written")
  func shortSegments() throws {
    let lists = "--data builtin:lists --preset smoke --steps 2"
    for command in ["train", "compare"] {
      try program.expectFailure(
        "\(command) --out run \(lists)", status: 2, "--segment: found 32, expected at least 62")
      try program.expectFailure("\(command) --out run \(lists) --segment 61", status: 2, "--segment: found 61")
      #expect(!program.exists("run"))
    }
    _ = try train("builtin:lists", program)
    try program.expectFailure(
      "evaluate --checkpoint run --segment 61", status: 2, "--segment: found 61, expected at least 62",
      "builtin:lists")
    _ = try program.succeed("evaluate --checkpoint run --segment 62 --k 1")
  }

  @Test("corpus writes each of them; what is not known of one is not said", arguments: BuiltinCorpus.allCases)
  func corpus(name: BuiltinCorpus) throws {
    let printed = try program.run("corpus --data \(name.rawValue) --lines 6 --seed 3")
    let text = name.type.init(seed: 3, lines: 6).text
    #expect(printed.status == 0 && printed.output == String(decoding: text, as: UTF8.self))
    let entropy = name.facts.entropyBitsPerCharacter
    let known = entropy.map { "exact entropy \(String(format: "%.6f", $0)) bits per character" }
    #expect(printed.errors == "\(text.count) characters, \(known ?? "whose entropy is not known")\n")
    let object = try program.run("corpus --data \(name.rawValue) --lines 6 --out x.txt --json").json()
    #expect(object["name"].string == name.rawValue)
    let said = object["entropy_bits_per_symbol"].double
    #expect((said == nil) == (entropy == nil) && abs((said ?? 0) - (entropy ?? 0)) < 1e-9)
    for command in ["corpus", "train"] {
      #expect(try program.run("\(command) --help").output.contains(name.rawValue))
    }
  }

  @Test("The text goes to standard output or into a file, another with another seed; --json leaves it to --out")
  func written() throws {
    let printed = try program.succeed("corpus --lines 5")
    let written = try program.succeed("corpus --lines 5 --out corpus.txt")
    #expect(try written.output.isEmpty && program.folder.contents(of: "corpus.txt") == printed.output)
    #expect(try program.run("corpus --lines 5 --seed 2").output != printed.output)
    let object = try program.run("corpus --lines 5 --out corpus.txt --json").json()
    #expect(object["characters"].int == 45 && object["path"].string == "corpus.txt")
    #expect(try program.run("corpus --lines 5 --json").json()["path"].isNull)
    try program.expectFailure("corpus --data builtin:list", status: 2, "--data", "did you mean builtin:lists?")
  }
}
