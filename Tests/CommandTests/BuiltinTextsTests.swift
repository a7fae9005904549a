import Corpora
import Foundation
import TestSupport
import Testing

@Suite("The built-in texts on the command line", .thorough)
struct BuiltinTextsTests {
  private func train(_ text: String, _ program: Hyperrouter, _ flags: String = "") throws -> Hyperrouter.Outcome {
    let quick = Hyperrouter.quick.replacing("text.txt", with: text).replacing("--segment 8", with: "--segment 64")
    return try program.run("train --out run --steps 2 --router smoe \(quick) \(flags)")
  }

  @Test("train and evaluate say accuracy on the answers of lists by depth, beside the most frequent answer")
  func lists() throws {
    try Hyperrouter.use { program in
      let trained = try train("builtin:lists", program)
      try #require(trained.status == 0, "\(trained.errors)")
      let evaluated = try program.run("evaluate --checkpoint run --k 1,4")
      for output in [trained.output, evaluated.output] {
        #expect(output.contains("accuracy on the answer") && output.contains("most frequent answer"))
        #expect(output.contains("depth 1") && output.contains("depth 3") && !output.contains("recalled"))
        #expect(!output.contains("above entropy") && output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      }
      let object = try program.run("evaluate --checkpoint run --k 1 --json").object()
      let answers = try #require((object["evaluation"] as? [[String: Any]])?.first?["answers"] as? [String: Any])
      #expect((answers["by_depth"] as? [[String: Any]])?.map { $0["depth"] as? Int } == [1, 2, 3])
      let page = try program.folder.contents(of: "run/report.html")
      #expect(page.contains("Accuracy on the answer") && page.contains("depth 3") && !page.contains("Recalled symbols"))
      let corpus = try #require(object["corpus"] as? [String: Any])
      #expect(corpus["entropy_bits_per_symbol"] is NSNull && corpus["recall_bits_by_chance"] is NSNull)
    }
  }

  @Test("train and evaluate say bits of recalled symbols by distance, beside what they cost without memory")
  func recall() throws {
    try Hyperrouter.use { program in
      let trained = try train("builtin:recall", program)
      try #require(trained.status == 0, "\(trained.errors)")
      let evaluated = try program.run("evaluate --checkpoint run --k 1,4")
      // The sample is a line of its own length.
      for output in [trained.output.components(separatedBy: "\na sample")[0], evaluated.output] {
        #expect(
          output.contains("bits of recalled symbols") && output.contains("chance baseline") && output.contains("2.000"))
        #expect(output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      }
      #expect(trained.output.contains("smoe, no memory"))
      let page = try program.folder.contents(of: "run/report.html")
      #expect(page.contains("Recalled symbols by distance") && page.contains("what stood behind the same symbol"))
      #expect(!page.contains("45 characters before it") && !page.contains("Accuracy on the answer"))
      let object = try program.run("evaluate --checkpoint run --k 1 --json").object()
      let rows = (object["evaluation"] as? [[String: Any]])?.first?["recall_by_distance"] as? [[String: Any]]
      #expect(rows?.map { $0["from"] as? Int } == [1, 5, 17, 65, 129, 257] && rows?.last?["through"] is NSNull)
      #expect((object["corpus"] as? [String: Any])?["recall_bits_by_chance"] as? Double == 2)
    }
  }

  @Test("A list that is longer than the segment: one line that names the flag, both lengths, and nothing written")
  func shortSegments() throws {
    try Hyperrouter.use { program in
      let lists = "--data builtin:lists --preset smoke --steps 2"
      for command in ["train", "compare"] {
        try program.expectFailure(
          "\(command) --out run \(lists)", status: 2, "--segment: found 32, expected at least 62")
        try program.expectFailure("\(command) --out run \(lists) --segment 61", status: 2, "--segment: found 61")
        #expect(!program.folder.names.contains("run"))
      }
      try #require(try train("builtin:lists", program).status == 0)
      try program.expectFailure(
        "evaluate --checkpoint run --segment 61", status: 2, "--segment: found 61, expected at least 62",
        "builtin:lists")
      #expect(try program.run("evaluate --checkpoint run --segment 62 --k 1").status == 0)
    }
  }

  @Test("corpus writes each of them; what is not known of one is not said", arguments: BuiltinCorpus.allCases)
  func corpus(name: BuiltinCorpus) throws {
    try Hyperrouter.use { program in
      let printed = try program.run("corpus --data \(name.rawValue) --lines 6 --seed 3")
      let text = name.type.init(seed: 3, lines: 6).text
      #expect(printed.status == 0 && printed.output == String(decoding: text, as: UTF8.self))
      let entropy = name.facts.entropyBitsPerCharacter
      let known = entropy.map { "exact entropy \(String(format: "%.6f", $0)) bits per character" }
      #expect(printed.errors == "\(text.count) characters, \(known ?? "whose entropy is not known")\n")
      let object = try program.run("corpus --data \(name.rawValue) --lines 6 --out x.txt --json").object()
      let said = object["entropy_bits_per_symbol"] as? Double
      #expect(object["name"] as? String == name.rawValue && (said == nil) == (entropy == nil))
      #expect(abs((said ?? 0) - (entropy ?? 0)) < 1e-9)
      #expect(try program.run("corpus --help").output.contains(name.rawValue))
      #expect(try program.run("train --help").output.contains(name.rawValue))
      try program.expectFailure("corpus --data builtin:list", status: 2, "--data", "did you mean builtin:lists?")
    }
  }
}
