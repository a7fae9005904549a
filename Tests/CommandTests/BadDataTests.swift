import Foundation
import TestSupport
import Testing

@Suite("Wrong data: one line that names the file, nothing written", .thorough)
struct BadDataTests {
  private let program = Hyperrouter()

  @Test("A text to train on that is missing, empty, too short, no file, or not UTF-8")
  func training() throws {
    try program.write("", to: "empty.txt")
    try program.write(String(program.text.prefix(50)), to: "short.txt")
    let text = Data(program.text.utf8)
    _ = try program.folder.write(text.prefix(500) + [0xC3, 0x28] + text, to: "broken.txt")
    try program.makeDirectory("folder")
    mkfifo(program.folder.file("pipe"), 0o600)
    for command in ["train --out run", "compare --out run"] {
      let smoke = "\(command) --preset smoke --steps 2 --data"
      try program.expectFailures(
        status: 66,
        [
          ("\(smoke) none.txt", "none.txt: found no such file"), ("\(smoke) text.txt/none.txt", "text.txt/none.txt"),
          ("\(smoke) folder", "folder: found a directory, expected a file"),
          ("\(smoke) /dev/null", "/dev/null: found a device, expected a file"),
          ("\(smoke) pipe", "pipe: found a pipe, expected a file"),
          ("\(smoke) builtin:dialect", "builtin:dialects"),
        ])
      try program.expectFailures(
        status: 65,
        [
          ("\(smoke) empty.txt", "empty.txt: found an empty file"), ("\(smoke) short.txt", "short.txt: too short"),
          ("\(smoke) broken.txt --tokens characters", "UTF-8"), ("\(smoke) broken.txt --tokens words", "UTF-8"),
          ("\(smoke) builtin:dialects --tokens words", "words"),
          ("\(smoke) text.txt --segment 16384", "text.txt: too short"),
          ("\(smoke) text.txt --batch 65536", "text.txt: too short"),
        ])
      #expect(!program.exists("run"))
    }
    _ = try program.succeed("train --preset smoke --steps 2 --data broken.txt --out run")
  }

  @Test("A text to evaluate on with a symbol that the checkpoint does not know, or too short")
  func evaluation() throws {
    try program.train("--vocabulary occurring")
    let before = try program.files("run")
    try program.write(program.text + "~", to: "other.txt")
    try program.write("lines", to: "short.txt")
    let evaluate = "evaluate --checkpoint run --data"
    try program.expectFailure("\(evaluate) other.txt", status: 65, "other.txt: byte 0x7E", "vocabulary")
    try program.expectFailure(
      "\(evaluate) short.txt --split validation", status: 65, "short.txt: too short", "validation")
    try program.write("l", to: "letter.txt")
    try program.expectFailure("\(evaluate) letter.txt", status: 65, "letter.txt: too short: found 1", "at least 2")
    try program.expectFailure("\(evaluate) none.txt", status: 66, "none.txt")
    #expect(try program.files("run") == before)
  }

  @Test("A run is not continued on a text that vanished or shrank")
  func resuming() throws {
    try program.train()
    let before = try program.files("run")
    try program.write(String(program.text.prefix(30)), to: "text.txt")
    try program.expectFailure("train --resume run", status: 65, "text.txt: too short")
    try program.remove("text.txt")
    try program.expectFailure("train --resume run", status: 66, "text.txt: found no such file")
    #expect(try program.files("run") == before)
  }
}
