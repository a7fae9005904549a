import Foundation
import RunFiles
import TestSupport
import Testing

@Suite("Paths are used as given, and a run's text is the run's text", .thorough)
struct PathTests {
  @Test(
    "A word that is not UTF-8 is refused, not replaced by another", arguments: ["\\377", "a\\303", "\\355\\240\\200"])
  func encoding(bytes: String) throws {
    try Hyperrouter.use { program in
      try program.train()
      let binary = try Hyperrouter.executable().path
      // What the standard library would make of the bytes is there, and must not be taken for them.
      let name = bytes.hasPrefix("a") ? "a\u{FFFD}" : String(repeating: "\u{FFFD}", count: bytes.count / 4)
      try FileManager.default.copyItem(atPath: program.folder.file("run"), toPath: program.folder.file(name))
      for flag in ["--checkpoint \"$name\"", "--checkpoint=\"$name\"", "--checkpoint run --data \"$name\""] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "name=$(printf '\(bytes)'); exec '\(binary)' evaluate \(flag) >stdout 2>stderr"]
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder.path)
        try process.run()
        let outcome = try program.finish(process)
        #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.errorLines.count == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("whose bytes are not UTF-8"), "\(outcome.errors)")
      }
      #expect(try program.run(["evaluate", "--checkpoint", name]).status == 0)
    }
  }

  @Test(
    "A tilde, a percent sign, a colon, dots and combining marks are letters like any other",
    arguments: ["~", "~root", "~/x", "%41", "file:x", "a/./b/../c", "e\u{301}", "\u{E9}", " x ", "-x", "a=b"])
  func letters(name: String) throws {
    try Hyperrouter.use { program in
      let parts = name.split(separator: "/")
      for end in parts.indices {
        try? FileManager.default.createDirectory(
          atPath: program.folder.file(parts[...end].joined(separator: "/")), withIntermediateDirectories: false)
      }
      let text = "\(name)/t.txt"
      _ = try program.folder.write(Data(program.text.utf8), to: text)
      let quick = Hyperrouter.quick.replacing("--data text.txt ", with: "").split(separator: " ").map(String.init)
      let trained = try program.run(["train", "--data=\(text)", "--out=\(name)/run", "--steps=2"] + quick)
      #expect(trained.status == 0, "\(trained.errors)")
      #expect(program.folder.names.filter { $0.hasPrefix("run") }.isEmpty)
      #expect(try program.files("\(name)/run").count == 8)
      for command in ["evaluate", "generate"] {
        let outcome = try program.run([command, "--checkpoint=\(name)/run"])
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      let other = try program.run(["evaluate", "--checkpoint=\(name)/run", "--data=\(text)", "--json"])
      let corpus = try #require(try other.object()["corpus"] as? [String: Any])
      #expect(corpus["name"] as? String == "t.txt")
      let stored = try #require(
        try JSONSerialization.jsonObject(with: Data(program.folder.contents(of: "\(name)/run/config.json").utf8))
          as? [String: Any])
      #expect(
        (stored["data"] as? String)?.unicodeScalars.map(\.value).suffix(text.unicodeScalars.count)
          == text.unicodeScalars.map(\.value)[...])
    }
  }

  @Test("A run's text is found from every directory, and another text of its name is not taken for it")
  func text() throws {
    try Hyperrouter.use { program in
      try program.train()
      let here = try program.run("evaluate --checkpoint run --json").undated
      // From another directory, where a text of the same name lies.
      try FileManager.default.createDirectory(atPath: program.folder.file("other"), withIntermediateDirectories: false)
      _ = try program.folder.write(Data(program.text.utf8.reversed()), to: "other/text.txt")
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      let binary = try Hyperrouter.executable().path
      process.arguments = [
        "-c", "cd other; exec '\(binary)' evaluate --checkpoint ../run --json >../stdout 2>../stderr",
      ]
      process.currentDirectoryURL = URL(fileURLWithPath: program.folder.path)
      try process.run()
      let outcome = try program.finish(process)
      #expect(outcome.status == 0 && outcome.undated == here)

      // A relative path, as earlier versions stored it, leads to the other text: its checksum tells.
      try program.edit("data", to: "other/text.txt")
      for command in ["evaluate --checkpoint run", "jacobian --checkpoint run", "train --resume run"] {
        try program.expectFailure(command, status: 65, "other/text.txt: is not the text that the run was begun with")
      }
      try program.edit("data", to: program.folder.file("text.txt"))
      #expect(try program.run("evaluate --checkpoint run --json").undated == here)

      // The run moved to where the text lies elsewhere: the same text goes on, and is where it was named from then on.
      try FileManager.default.createDirectory(atPath: program.folder.file("there"), withIntermediateDirectories: false)
      try FileManager.default.moveItem(
        atPath: program.folder.file("text.txt"), toPath: program.folder.file("there/text.txt"))
      try program.expectFailure("train --resume run --steps 5", status: 66, "/text.txt")
      let before = try program.files("run")
      try program.expectFailure(
        "train --resume run --steps 5 --data other/text.txt", status: 65, "is not the text that the run was begun with")
      #expect(try program.files("run") == before)
      try program.expectFailure("train --resume run --data -", status: 2, "--data: found - with --resume")
      #expect(try program.run("train --resume run --data there/text.txt").status == 0)
      #expect(try program.run("evaluate --checkpoint run --json").undated == here)
      try FileManager.default.moveItem(
        atPath: program.folder.file("there/text.txt"), toPath: program.folder.file("text.txt"))
      #expect(try program.run("train --resume run --data text.txt").status == 0)

      // The text itself was changed, by one letter.
      _ = try program.folder.write(Data(program.text.replacing("line 0:", with: "line 1:").utf8), to: "text.txt")
      for command in ["evaluate --checkpoint run", "jacobian --checkpoint run", "train --resume run"] {
        try program.expectFailure(command, status: 65, "/text.txt: is not the text that the run was begun with")
      }
      // Whoever names a text means that text.
      #expect(try program.run("evaluate --checkpoint run --data text.txt").status == 0)
      #expect(try program.run("jacobian --checkpoint run --data text.txt").status == 0)
      #expect(try program.run("generate --checkpoint run --length 5").status == 0, "needs no text")
    }
  }

  @Test("Where nobody could tell a text from another one, a run goes on with its own alone")
  func indistinguishable() throws {
    try Hyperrouter.use { program in
      try program.train()
      let data = try program.folder.contents(of: "run/config.json")
      let fingerprint = try #require(data.firstMatch(of: /"fingerprint" : "[0-9a-f]*",/))
      _ = try program.folder.write(Data(data.replacing(fingerprint.output, with: "").utf8), to: "run/config.json")
      let before = try program.files("run")
      try program.expectFailure(
        "train --resume run --steps 5 --data text.txt", status: 65, "run: keeps no checksum of its text")
      #expect(try program.files("run") == before)

      let quick = Hyperrouter.quick.replacing("text.txt", with: "builtin:dialects")
      #expect(try program.run("train --out built --steps 2 \(quick)").status == 0)
      let built = try program.files("built")
      try program.expectFailure(
        "train --resume built --steps 3 --data text.txt", status: 2,
        "--data: found text.txt with a run on builtin:dialects, expected no other text")
      #expect(try program.files("built") == built)
      #expect(try program.run("train --resume built --steps 3 --data builtin:dialects").status == 0)
    }
  }

  @Test("A comparison goes on where its text lies elsewhere; another text is another comparison")
  func comparison() throws {
    try Hyperrouter.use { program in
      let line = "compare --out all --steps 2 --routers smoe,hyperrouter \(Hyperrouter.quick)"
      let first = try program.run(line)
      #expect(first.status == 0, "\(first.errors)")
      try FileManager.default.createDirectory(atPath: program.folder.file("there"), withIntermediateDirectories: false)
      try FileManager.default.moveItem(
        atPath: program.folder.file("text.txt"), toPath: program.folder.file("there/text.txt"))
      let moved = line.replacing("--data text.txt", with: "--data there/text.txt")
      let second = try program.run(moved)
      #expect(second.status == 0 && second.output == first.output, "\(second.errors)")
      #expect(second.errors.components(separatedBy: "kept from before").count == 3, "\(second.errors)")
      _ = try program.folder.write(Data(program.text.utf8.reversed()), to: "there/text.txt")
      try program.expectFailure(moved, status: 73, "all: already holds a run whose data is")
    }
  }

  @Test("Absolute paths stay, relative ones get the working directory in front, nothing is resolved")
  func absolute() {
    #expect(InputFile.absolutePath(of: "/a/../b") == "/a/../b")
    let directory = FileManager.default.currentDirectoryPath
    #expect(InputFile.absolutePath(of: "~/x/../y") == "\(directory)/~/x/../y")
    #expect(InputFile.absolutePath(of: "\u{301}").unicodeScalars.last == "\u{301}")
  }
}
