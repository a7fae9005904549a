import Foundation
import RunFiles
import TestSupport
import Testing

@Suite("--data -: the text comes from standard input", .thorough)
struct StandardInputTests {
  private static let smoke = Hyperrouter.quick.replacing("--data text.txt", with: "--data -")

  @Test("Training reads the text that a file would hold; evaluate and jacobian do, too")
  func sameAsFile() throws {
    try Hyperrouter.use { program in
      try program.train(into: "run")
      let piped = try program.run("train --out piped --steps 4 \(Self.smoke)", input: "text.txt")
      #expect(piped.status == 0, "\(piped.errors)")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: program.folder.file("run/model.safetensors")))
          == Data(contentsOf: URL(fileURLWithPath: program.folder.file("piped/model.safetensors"))))
      let evaluated = try program.run("evaluate --checkpoint piped --data - --json", input: "text.txt").object()
      let expected = try program.run("evaluate --checkpoint run --json").object()
      #expect(evaluated["evaluation"] as? NSArray == expected["evaluation"] as? NSArray)
      #expect((evaluated["corpus"] as? [String: Any])?["name"] as? String == "standard input")
    }
  }

  @Test("A comparison that is kept goes on with the same text, which is read once however many models read it")
  func comparison() throws {
    try Hyperrouter.use { program in
      let line = "compare --out all --steps 4 --routers smoe,hyperrouter --json \(Self.smoke)"
      let first = try program.run(line, input: "text.txt")
      #expect(first.status == 0, "\(first.errors)")
      func lasting(_ outcome: Hyperrouter.Outcome) throws -> NSDictionary {
        try outcome.object().filter { $0.key != "date" } as NSDictionary
      }
      #expect(try lasting(program.run(line, input: "text.txt")) == lasting(first))
      let claims = try program.run("jacobian --checkpoint all --data -", input: "text.txt")
      #expect([0, 1].contains(claims.status) && claims.output.contains("hyperrouter after 4"), "\(claims.errors)")
    }
  }

  @Test("A run whose text was standard input says so where it would read it again")
  func notKept() throws {
    try Hyperrouter.use { program in
      #expect(try program.run("train --out run --steps 4 \(Self.smoke)", input: "text.txt").status == 0)
      let before = try program.files("run")
      for line in [
        "train --resume run", "train --resume run --steps 8", "evaluate --checkpoint run", "train --from run --steps 4",
        "jacobian --checkpoint run",
      ] {
        try program.expectFailure(line, status: 66, "run: its text was standard input, which is not kept", "--data")
      }
      #expect(try program.files("run") == before)
      #expect(try program.run("train --resume run --steps 8 --data text.txt").status == 0, "the same text, kept")
      #expect(try program.run("generate --checkpoint run --length 5").status == 0)
      #expect(try program.run("evaluate --checkpoint run --data text.txt").status == 0)
    }
  }

  @Test("Nothing, too little, or what is not UTF-8 is one line that names standard input; nothing is written")
  func bad() throws {
    try Hyperrouter.use { program in
      let smoke = "train --out run --preset smoke --steps 2 --data -"
      try program.expectFailure(smoke, status: 65, "standard input: found nothing, expected text")
      _ = try program.folder.write(Data("short".utf8), to: "short.txt")
      _ = try program.folder.write(Data([0xC3, 0x28]), to: "broken.txt")
      let short = try program.run(smoke, input: "short.txt")
      #expect(short.status == 65 && short.errors.hasPrefix("hyperrouter: standard input: too short"))
      let broken = try program.run("\(smoke) --tokens words", input: "broken.txt")
      #expect(broken.status == 65 && broken.errors.hasPrefix("hyperrouter: standard input: "), "\(broken.errors)")
      #expect(!program.folder.names.contains("run"))
    }
  }
}
