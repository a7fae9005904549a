import Foundation
import TestSupport
import Testing

@Suite("Wrong data: one line that names the file, nothing written", .thorough)
struct BadDataTests {
  private func write(_ bytes: [UInt8], _ name: String, _ program: Hyperrouter) throws {
    _ = try program.folder.write(Data(bytes), to: name)
  }

  @Test("A text to train on that is missing, empty, too short, a directory, unreadable, or not UTF-8")
  func training() throws {
    try Hyperrouter.use { program in
      let text = Array(program.text.utf8)
      try write([], "empty.txt", program)
      try write(Array(text.prefix(50)), "short.txt", program)
      try write(text.prefix(500) + [0xC3, 0x28] + text, "broken.txt", program)
      try FileManager.default.createDirectory(atPath: program.folder.file("folder"), withIntermediateDirectories: false)
      for command in ["train --out run", "compare --out run"] {
        let smoke = "\(command) --preset smoke --steps 2 --data"
        try program.expectFailure("\(smoke) none.txt", status: 66, "none.txt: found no such file")
        try program.expectFailure("\(smoke) text.txt/none.txt", status: 66, "text.txt/none.txt")
        try program.expectFailure("\(smoke) folder", status: 66, "folder: found a directory, expected a file")
        try program.expectFailure("\(smoke) empty.txt", status: 65, "empty.txt: found an empty file")
        try program.expectFailure("\(smoke) short.txt", status: 65, "short.txt: too short", "expected at least 264")
        try program.expectFailure("\(smoke) broken.txt --tokens characters", status: 65, "broken.txt", "UTF-8")
        try program.expectFailure("\(smoke) broken.txt --tokens words", status: 65, "broken.txt", "UTF-8")
        try program.expectFailure("\(smoke) builtin:dialect", status: 66, "builtin:dialects")
        try program.expectFailure("\(smoke) builtin:dialects --tokens words", status: 65, "builtin:dialects", "words")
        try program.expectFailure("\(smoke) text.txt --segment 16384", status: 65, "text.txt: too short", "expected")
        try program.expectFailure("\(smoke) text.txt --batch 65536", status: 65, "text.txt: too short", "expected")
        #expect(!program.folder.names.contains("run"))
      }
      #expect(try program.run("train --preset smoke --steps 2 --data broken.txt --out run").status == 0)
    }
  }

  @Test("A file that may not be read", .enabled(if: getuid() != 0, "the superuser may read everything"))
  func unreadable() throws {
    try Hyperrouter.use { program in
      try write(Array(program.text.utf8), "secret.txt", program)
      chmod(program.folder.file("secret.txt"), 0)
      try program.expectFailure(
        "train --data secret.txt", status: 66, "secret.txt: cannot be opened: Permission denied")
    }
  }

  @Test("A device or a pipe is not a text")
  func devices() throws {
    try Hyperrouter.use { program in
      try program.expectFailure("train --data /dev/null", status: 66, "/dev/null: found a device, expected a file")
      mkfifo(program.folder.file("pipe"), 0o600)
      try program.expectFailure("train --data pipe", status: 66, "pipe: found a pipe, expected a file")
    }
  }

  @Test("A text to evaluate on with a symbol that the checkpoint does not know, or too short")
  func evaluation() throws {
    try Hyperrouter.use { program in
      try program.train()
      let before = try program.files("run")
      try write(Array(program.text.utf8) + Array("~".utf8), "other.txt", program)
      try program.expectFailure(
        "evaluate --checkpoint run --data other.txt", status: 65, "other.txt: byte 0x7E", "vocabulary")
      try write(Array("lines".utf8), "short.txt", program)
      try program.expectFailure(
        "evaluate --checkpoint run --data short.txt", status: 65, "short.txt: too short", "validation")
      try program.expectFailure("evaluate --checkpoint run --data none.txt", status: 66, "none.txt")
      #expect(try program.files("run") == before)
    }
  }

  @Test("A run is not continued on a text that vanished or shrank")
  func resuming() throws {
    try Hyperrouter.use { program in
      try program.train()
      let before = try program.files("run")
      try write(Array(program.text.utf8.prefix(30)), "text.txt", program)
      try program.expectFailure("train --resume run", status: 65, "text.txt: too short")
      try FileManager.default.removeItem(atPath: program.folder.file("text.txt"))
      try program.expectFailure("train --resume run", status: 66, "text.txt: found no such file")
      #expect(try program.files("run") == before)
    }
  }
}
