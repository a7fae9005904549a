import Foundation
import RunFiles
import TestSupport
import Testing

@Suite("Paths are used as given, and a run's text is the run's text", .thorough)
struct PathTests {
  private let program = Hyperrouter()

  @Test(
    "A word that is not UTF-8 is refused, not replaced by another", arguments: ["\\377", "a\\303", "\\355\\240\\200"])
  func encoding(bytes: String) throws {
    try program.train()
    // What the standard library would make of the bytes is there, and must not be taken for them.
    let name = bytes.hasPrefix("a") ? "a\u{FFFD}" : String(repeating: "\u{FFFD}", count: bytes.count / 4)
    try FileManager.default.copyItem(atPath: program.folder.file("run"), toPath: program.folder.file(name))
    for flag in ["--checkpoint \"$name\"", "--checkpoint=\"$name\"", "--checkpoint run --data \"$name\""] {
      let outcome = try program.finish(
        program.startShell("name=$(printf '\(bytes)'); exec \"$0\" evaluate \(flag) >stdout 2>stderr"))
      #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errorLines.count == 2, "\(outcome.errors)")
      #expect(outcome.errors.contains("whose bytes are not UTF-8"), "\(outcome.errors)")
    }
    #expect(try program.run(["evaluate", "--checkpoint", name]).status == 0)
  }

  @Test(
    "A tilde, a percent sign, a colon, dots and combining marks are letters like any other",
    arguments: ["~", "~root", "~/x", "%41", "file:x", "a/./b/../c", "e\u{301}", "\u{E9}", " x ", "-x", "a=b"])
  func letters(name: String) throws {
    let text = "\(name)/t.txt"
    try program.makeDirectory(name)
    try program.write(program.text, to: text)
    let quick = Hyperrouter.quick.replacing("--data text.txt ", with: "").split(separator: " ").map(String.init)
    let trained = try program.run(["train", "--data=\(text)", "--out=\(name)/run", "--steps=2"] + quick)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(!program.folder.names.contains { $0.hasPrefix("run") })
    let other = try program.run(["evaluate", "--checkpoint=\(name)/run", "--data=\(text)", "--json"])
    #expect(try other.json()["corpus"]["name"].string == "t.txt")
    let stored = try #require(program.json("\(name)/run/config.json")["data"].string)
    #expect(stored.unicodeScalars.suffix(text.unicodeScalars.count).elementsEqual(text.unicodeScalars))
  }

  @Test("A run's text is found from every directory, and another text of its name is not taken for it")
  func text() throws {
    try program.train()
    let here = try program.run("evaluate --checkpoint run --json").undated
    // From another directory, where a text of the same name lies.
    try program.makeDirectory("other")
    try program.write(String(program.text.reversed()), to: "other/text.txt")
    let outcome = try program.finish(
      program.startShell("cd other; exec \"$0\" evaluate --checkpoint ../run --json >../stdout 2>../stderr"))
    #expect(outcome.status == 0 && outcome.undated == here)

    // A relative path, as earlier versions stored it, leads to the other text: its checksum tells.
    try program.edit("data", to: "other/text.txt")
    for command in ["evaluate --checkpoint run", "jacobian --checkpoint run", "train --resume run"] {
      try program.expectFailure(command, status: 65, "other/text.txt: is not the text that the run was begun with")
    }
    try program.edit("data", to: program.folder.file("text.txt"))
    #expect(try program.run("evaluate --checkpoint run --json").undated == here)

    // The run moved to where the text lies elsewhere: the same text goes on, and is where it was named from then on.
    try program.makeDirectory("there")
    try program.move("text.txt", to: "there/text.txt")
    try program.expectFailure("train --resume run --steps 5", status: 66, "/text.txt")
    let before = try program.files("run")
    try program.expectFailure(
      "train --resume run --steps 5 --data other/text.txt", status: 65, "is not the text that the run was begun with")
    #expect(try program.files("run") == before)
    try program.expectFailure("train --resume run --data -", status: 2, "--data: found - with --resume")
    _ = try program.succeed("train --resume run --data there/text.txt")
    #expect(try program.run("evaluate --checkpoint run --json").undated == here)
    try program.move("there/text.txt", to: "text.txt")
    _ = try program.succeed("train --resume run --data text.txt")

    // The text itself was changed, by one letter.
    try program.write(program.text.replacing("line 0:", with: "line 1:"), to: "text.txt")
    for command in ["evaluate --checkpoint run", "jacobian --checkpoint run", "train --resume run"] {
      try program.expectFailure(command, status: 65, "/text.txt: is not the text that the run was begun with")
    }
    // Whoever names a text means that text.
    _ = try program.succeed("evaluate --checkpoint run --data text.txt")
    _ = try program.succeed("jacobian --checkpoint run --data text.txt")
    _ = try program.succeed("generate --checkpoint run --length 5")
  }

  @Test("Where nobody could tell a text from another one, a run goes on with its own alone")
  func indistinguishable() throws {
    try program.train()
    try program.edit("fingerprint", to: NSNull())
    let before = try program.files("run")
    try program.expectFailure(
      "train --resume run --steps 5 --data text.txt", status: 65, "run: keeps no checksum of its text")
    #expect(try program.files("run") == before)

    let quick = Hyperrouter.quick.replacing("text.txt", with: "builtin:dialects")
    _ = try program.succeed("train --out built --steps 2 \(quick)")
    let built = try program.files("built")
    try program.expectFailure(
      "train --resume built --steps 3 --data text.txt", status: 2,
      "--data: found text.txt with a run on builtin:dialects, expected no other text")
    #expect(try program.files("built") == built)
    _ = try program.succeed("train --resume built --steps 3 --data builtin:dialects")
  }

  @Test("A comparison goes on where its text lies elsewhere; another text is another comparison")
  func comparison() throws {
    let line = "compare --out all --steps 2 --routers smoe,hyperrouter \(Hyperrouter.quick)"
    let first = try program.succeed(line)
    try program.makeDirectory("there")
    try program.move("text.txt", to: "there/text.txt")
    let moved = line.replacing("--data text.txt", with: "--data there/text.txt")
    let second = try program.succeed(moved)
    // But for the command to type next.
    #expect(second.lines.dropLast() == first.lines.dropLast())
    #expect(second.errors.components(separatedBy: "kept from before").count == 3)
    try program.write(String(program.text.reversed()), to: "there/text.txt")
    try program.expectFailure(moved, status: 73, "all: already holds a run whose data is")
  }

  @Test("Absolute paths stay, relative ones get the working directory in front, nothing is resolved")
  func absolute() {
    #expect(InputFile.absolutePath(of: "/a/../b") == "/a/../b")
    let directory = FileManager.default.currentDirectoryPath
    #expect(InputFile.absolutePath(of: "~/x/../y") == "\(directory)/~/x/../y")
    #expect(InputFile.absolutePath(of: "\u{301}").unicodeScalars.last == "\u{301}")
  }
}
