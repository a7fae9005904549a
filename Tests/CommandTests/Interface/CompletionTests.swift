import Foundation
import Tables
import Testing

@testable import Command

@Suite("Scripts that complete command lines")
struct CompletionTests {
  /// The sample program with a name that is not an installed one's, a text flag, and the command that prints scripts.
  private static let program: Program = {
    let data = Flag<String>.path("data", or: ["builtin:dialects"], help: "the text: a [file], it's \"one\" \\ or none")
    let more = Command(
      "more", summary: "flags with paths", groups: [FlagGroup("Run", [data, SampleProgram.out, SampleProgram.json])]
    ) { _, _ in }
    return Program(
      name: "sample-program", version: "1", summary: "", commands: SampleProgram.program.commands + [more]
    ).withCompletion()
  }()

  private static func shell(_ name: String) -> String? {
    ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Lets a shell run a script; what it printed, with its errors, and its status.
  private func run(_ shell: String, _ arguments: [String], in folder: String? = nil) throws -> (String, Int32) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "completion-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/runs/book one", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data().write(to: URL(fileURLWithPath: folder + "/book.txt"))
    try body(folder)
  }

  @Test("Every script is accepted by its shell, if that is installed", arguments: CompletionShell.allCases)
  func syntax(_ kind: CompletionShell) throws {
    let script = kind.script(for: Self.program)
    for command in Self.program.commands {
      #expect(script.contains(command.name))
      for flag in command.flags { #expect(script.contains(flag.name)) }
    }
    guard let shell = Self.shell(kind.rawValue) else { return }
    try inFolder { folder in
      try script.write(toFile: folder + "/script", atomically: true, encoding: .utf8)
      let (printed, status) = try run(shell, ["-n", folder + "/script"])
      #expect(status == 0 && printed.isEmpty, "\(printed)")
    }
  }

  @Test(
    "bash offers commands, flags that are not there yet, names and paths",
    .enabled(if: shell("bash") != nil, "there is no bash"),
    arguments: [
      ("", ["train", "evaluate", "more", "completion", "help", "--help", "--version"]),
      ("tr", ["train"]), ("help mo", ["more"]), ("completion ", ["bash", "zsh", "fish"]),
      ("train --mod", ["--model-width"]), ("train --model-width ", []), ("train x", []),
      ("train --js", ["--json"]), ("train --json --js", []), ("train --out=a --ou", []),
      ("train --preset ", ["smoke", "tiny", "small"]), ("train --preset=sm", ["smoke", "small"]),
      ("train --preset tiny --json --gate-order so", ["softmax-topk"]),
      ("train --router smoe,", ["smoe,smoe-dropout", "smoe,hyperrouter"]),
      ("train --router smoe,h", ["smoe,hyperrouter"]), ("train --router=sm", ["smoe", "smoe-dropout"]),
      ("more --data ", ["book.txt", "runs", "builtin:dialects"]), ("more --data bo", ["book.txt"]),
      ("more --data builtin:d", ["dialects"]), ("more --out ", ["runs"]), ("more --out=runs/", ["runs/book one"]),
      ("more --", ["--data", "--out", "--json", "--help"]), ("unknown --", ["--help"]),
    ] as [(String, [String])])
  func bash(line: String, expected: [String]) throws {
    let shell = try #require(Self.shell("bash"))
    try inFolder { folder in
      let test = """
        COMP_LINE="sample-program $1"; COMP_POINT=${#COMP_LINE}
        COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
        _sample_program
        printf '%s\\n' "${COMPREPLY[@]}"
        complete -p sample-program
        """
      let script = CompletionShell.bash.script(for: Self.program) + test
      let (printed, status) = try run(shell, ["--norc", "-c", script, "bash", line], in: folder)
      var offered = printed.split(separator: "\n").map(String.init)
      #expect(offered.popLast() == "complete -F _sample_program sample-program" && status == 0, "\(printed)")
      #expect(offered.sorted() == expected.sorted(), "\(line)")
    }
  }

  @Test("completion takes the name of one shell")
  func command() {
    for shell in CompletionShell.allCases {
      #expect(Self.program.outcome(["completion", shell.rawValue]) == (0, shell.script(for: Self.program), ""))
    }
    let wrong: [([String], String)] = [
      (["bsh"], #"completion: found "bsh", expected one of bash, zsh, fish; did you mean bash?"#),
      (["bash", "zsh"], #"completion: found "bash zsh", expected one of bash, zsh, fish"#),
      ([], "completion: found nothing to work on, expected SHELL"),
    ]
    for (words, message) in wrong {
      #expect(Self.program.outcome(["completion"] + words) == (2, "", "sample-program: \(message)\n"))
    }
  }

  @Test("Explanations are cut between words, and cannot end what they stand in")
  func explanations() throws {
    #expect(ShellText.short("a short one") == "a short one")
    let long = String(repeating: "word ", count: 40)
    #expect(ShellText.short(long).count <= 71 && ShellText.short(long).hasSuffix("word …"))
    #expect(ShellText.quoted("it's") == #"'it'\''s'"# && ShellText.quotedForFish(#"it's \"#) == #"'it\'s \\'"#)
    let zsh = CompletionShell.zsh.script(for: Self.program)
    #expect(zsh.contains(#"'--data=[the text\: a \[file\], it'\''s "one" \\ or none]:FILE: "#))
  }
}
