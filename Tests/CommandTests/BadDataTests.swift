import Foundation
import TestSupport
import Testing

@Suite("Wrong data: one line that names the file, nothing written", .thorough)
struct BadDataTests {
  private let program = Hyperrouter()

  @Test("A compressed text is refused wherever one is read, with the remedy; a mark left out and an image are said")
  func formats() throws {
    let text = Data(program.text.utf8)
    let files: [(String, [UInt8])] = [
      ("book.gz", [0x1F, 0x8B, 8, 0]), ("marked.txt", [0xEF, 0xBB, 0xBF]),
      ("image.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]),
    ]
    for (name, start) in files { _ = try program.folder.write(Data(start) + text, to: name) }
    try program.train("--tokens characters")
    let quick = Hyperrouter.quick.replacing("--data text.txt ", with: "")
    func lines(_ data: String) -> [String] {
      [
        "train --steps 2 \(quick) --out new-\(data) --tokens characters --data \(data)",
        "compare --steps 2 \(quick) --routers smoe --k 1 --tokens characters --data \(data)",
        "evaluate --checkpoint run --k 1 --data \(data)", "jacobian --checkpoint run --data \(data)",
      ]
    }
    for line in lines("book.gz") + [
      "finetune --checkpoint run --data book.gz", "generate --checkpoint run --prompt-file book.gz",
    ] {
      try program.expectFailure(line, status: 65, "book.gz: looks like a gzip file", "unpack it with gunzip")
    }
    for line in lines("marked.txt") {
      let outcome = try program.succeed(line)
      #expect(outcome.errors.contains("marked.txt: a byte-order mark at the beginning is left out\n"), "\(line)")
      #expect(outcome.errors.components(separatedBy: "byte-order").count == 2, "said once: \(line)")
    }
    try program.expectFailure(lines("image.png")[0], status: 65, "image.png: looks like a PNG image")
    let bytes = try program.succeed("train --steps 2 \(quick) --out bytes --data image.png")
    #expect(bytes.errors.contains("image.png: looks like a PNG image by its first bytes, and is read byte by byte"))
    #expect(try program.succeed("train --resume bytes --steps 3").errors.contains("image.png: looks like"))
  }

  @Test("Messages show no control characters, but escapes: of paths, labels and words that are not UTF-8")
  func escapes() throws {
    try program.train()
    try program.write((0..<40).map { "some line \($0)\tone\u{1B}[31m\u{202E}\($0 % 2)\n" }.joined(), to: "rows.tsv")
    let finetuned = try program.run(
      [
        "finetune", "--checkpoint", "run", "--data", "rows.tsv", "--epochs", "1", "--conditions", "frozen", "--out",
        "tu\u{1B}ned",
      ])
    #expect(finetuned.status == 0 && finetuned.output.contains(#"one\u{1b}[31m\u{202e}0: 16"#))
    #expect(finetuned.output.contains(#"kept in tu\u{1b}ned"#))
    let missing = try program.run(["evaluate", "--checkpoint", "run", "--data", "no\u{9B}such\u{200B}"])
    #expect(missing.status == 66 && missing.errors.contains(#"no\u{9b}such\u{200b}: found no such file"#))
    for text in [finetuned.output, finetuned.errors, missing.errors] {
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control }, "\(text)")
    }
  }

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
