import Foundation
import RunFiles
import TestSupport
import Testing

@Suite("--data -: the text comes from standard input", .thorough)
struct StandardInputTests {
  private let program = Hyperrouter()

  private static let smoke = Hyperrouter.quick.replacing("--data text.txt", with: "--data -")

  @Test("Training reads the text that a file would hold; so do evaluate, jacobian, and a comparison that goes on")
  func sameAsFile() throws {
    try program.train(into: "run")
    func piped(_ line: String) throws -> Hyperrouter.Outcome { try program.run(line, input: "text.txt") }
    #expect(try piped("train --out piped --steps 4 \(Self.smoke)").status == 0)
    #expect(try program.data("run/model.safetensors") == program.data("piped/model.safetensors"))
    let evaluated = try piped("evaluate --checkpoint piped --data - --split validation --json").json()
    let expected = try program.run("evaluate --checkpoint run --json").json()
    #expect(evaluated["evaluation"].doubles("loss") == expected["evaluation"].doubles("loss"))
    #expect(evaluated["corpus"]["name"].string == "standard input")
    // Read once, however many models read it.
    let line = "compare --out all --steps 4 --routers smoe,hyperrouter --json \(Self.smoke)"
    let first = try piped(line)
    #expect(try first.status == 0 && piped(line).undated == first.undated, "\(first.errors)")
    let claims = try piped("jacobian --checkpoint all --data -")
    #expect([0, 1].contains(claims.status) && claims.output.contains("hyperrouter after 4"), "\(claims.errors)")
  }

  @Test("A run whose text was standard input says so where it would read it again")
  func notKept() throws {
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

  @Test("Nothing, too little, or what is not UTF-8 is one line that names standard input; nothing is written")
  func bad() throws {
    let smoke = "train --out run --preset smoke --steps 2 --data -"
    try program.expectFailure(smoke, status: 65, "standard input: found nothing, expected text")
    try program.write("short", to: "short.txt")
    _ = try program.folder.write(Data([0xC3, 0x28]), to: "broken.txt")
    let short = try program.run(smoke, input: "short.txt")
    #expect(short.status == 65 && short.errors.hasPrefix("hyperrouter: standard input: too short"))
    let broken = try program.run("\(smoke) --tokens words", input: "broken.txt")
    #expect(broken.status == 65 && broken.errors.hasPrefix("hyperrouter: standard input: "), "\(broken.errors)")
    #expect(!program.exists("run"))
  }
}
