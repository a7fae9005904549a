import Foundation
import Testing

@Suite("hyperrouter corpus")
struct CorpusCommandTests {
  @Test("The text goes to standard output or into a file; what is known about it to standard error")
  func text() throws {
    try Hyperrouter.use { program in
      let printed = try program.run("corpus --lines 5")
      #expect(printed.status == 0 && printed.output.utf8.count == 240)
      #expect(printed.output.split(separator: "\n").allSatisfy { $0.count == 47 })
      #expect(printed.errors == "240 characters, exact entropy 1.580546 bits per character\n")
      let written = try program.run("corpus --lines 5 --out corpus.txt")
      #expect(written.status == 0 && written.output.isEmpty)
      #expect(try program.folder.contents(of: "corpus.txt") == printed.output)
      #expect(try program.run("corpus --lines 5 --seed 2").output != printed.output)
    }
  }

  @Test("--json describes the text and leaves it to --out")
  func json() throws {
    try Hyperrouter.use { program in
      let object = try program.run("corpus --lines 5 --out corpus.txt --json").object()
      #expect(
        Set(object.keys) == [
          "name", "characters", "lines", "seed", "entropy_bits_per_symbol", "path", "program_version", "date",
        ])
      #expect(object["characters"] as? Int == 240 && object["path"] as? String == "corpus.txt")
      let nowhere = try program.run("corpus --lines 5 --json").object()
      #expect(nowhere["path"] is NSNull)
    }
  }
}
