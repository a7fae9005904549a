import Foundation
import Testing

@testable import Command

@Suite("The program")
struct ProgramTests {
  typealias Sample = SampleProgram

  @Test("A command runs and prints its results on standard output only")
  func success() {
    let result = Sample.run("train", "--steps", "3", "--model-width", "64")
    #expect(result == (0, "steps 3, width 64\n", ""))
  }

  @Test(
    "A wrong command line is one line on standard error and status 2",
    arguments: [
      ([], "found no command, expected one of those that hyperrouter --help lists"),
      (["trian"], "found the unknown command \"trian\"; did you mean train?"),
      (["zzz"], "found the unknown command \"zzz\"; expected one of train, evaluate, help"),
      (["--stepz", "3"], "found the unknown flag \"--stepz\"; expected a command first: train, evaluate, help"),
      (["--hlep"], "found the unknown flag \"--hlep\"; did you mean --help?"),
      (["--version", "x"], "--version: found \"x\", expected nothing"),
      (["evaluate"], "evaluate: --checkpoint is missing, expected --checkpoint DIR"),
      (["help", "train", "x"], "help: found \"x\" after \"train\", expected one command"),
      (["help", "trian"], "found the unknown command \"trian\"; did you mean train?"),
      (["train", "--steps", "x"], "--steps: found \"x\", expected an integer from 1 to 100000000"),
      ([""], "found the unknown command \"\"; expected one of train, evaluate, help"),
    ] as [([String], String)])
  func usageErrors(arguments: [String], message: String) {
    #expect(Sample.program.outcome(arguments) == (2, "", "hyperrouter: \(message)\n"))
  }

  @Test("Help lists every flag with its default, in 80 columns, wherever it is asked for")
  func help() {
    let text = Sample.run("train", "--help").output
    for flag in Sample.train.flags {
      #expect(text.contains("--\(flag.name)"))
      #expect(text.contains(flag.help))
    }
    let flowing = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flowing.contains("optimiser steps (1 to 100000000; default: 1500)"))
    #expect(flowing.contains("width of the model (1 to 65536; default: from --preset; also --size, -w)"))
    #expect(flowing.contains("default: 0.00025"))
    #expect(
      flowing.contains(
        "experts during training (constant:N, or MODE:MIN:MAX with MODE linear-increase, linear-decrease, "
          + "cosine-increase, cosine-decrease, exponential-increase, multistep-increase, multistep-decrease; "
          + "default: constant:2)"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(Sample.run("train", "--steps", "abc", "-h").output == text)
    #expect(Sample.run("help", "train").output == text)
    #expect(Sample.run("--help", "train").output == text)
    #expect(Sample.run("evaluate", "-h").output.contains("hyperrouter evaluate --checkpoint DIR [flags]"))
    let overview = Sample.run("help")
    #expect(overview.status == 0)
    #expect(overview.output == Sample.run("--help").output)
    #expect(overview.output.contains("train") && overview.output.contains("evaluates"))
    #expect(Sample.run("--version").output == "hyperrouter 1.0\n")
  }

  @Test("Every error becomes one line and its status")
  func statuses() {
    struct Unforeseen: Error, CustomStringConvertible { let description = "two\nlines" }
    for status in ExitStatus.allCases where status != .success {
      #expect(run(CommandError(status, "it\nfailed")) == (status.rawValue, "p: it\\nfailed\n"))
    }
    #expect(run(Unforeseen()) == (70, "p: two\\nlines\n"))
  }

  @Test("A full standard output is status 74 with a message, a reader that left is quiet")
  func outputFailures() {
    let errors = CapturedOutput()
    let full = Console(output: CapturedOutput(failingWith: ENOSPC), errors: errors, environment: [:])
    #expect(Sample.program.run(["train"], on: full) == 74)
    #expect(errors.text == "hyperrouter: standard output: cannot be written to: No space left on device\n")
    let silence = CapturedOutput()
    let left = Console(output: CapturedOutput(failingWith: EPIPE), errors: silence, environment: [:])
    #expect(Sample.program.run(["help"], on: left) == 74)
    #expect(silence.text.isEmpty)
  }

  @Test("A command's flags are checked before its work, and its check can refuse what parsing lets through")
  func check() throws {
    let steps = Flag.integer("steps", in: 1...9, help: "").defaulting(to: 1)
    let command = Command(
      "c", summary: "", groups: [FlagGroup("", [steps])],
      check: { if $0[steps] == 7 { throw CommandError.usage("seven") } }
    ) { options, console in try console.print("\(options[steps])") }
    let program = Program(name: "p", version: "1", summary: "", commands: [command])
    #expect(program.outcome(["c", "--steps", "6"]) == (0, "6\n", ""))
    #expect(program.outcome(["c", "--steps", "7"]) == (2, "", "p: seven\n"))
    #expect(throws: CommandError.usage("seven")) { _ = try program.work(of: ["c", "--steps=7"]) }
    _ = try program.work(of: ["c", "--steps=8"])
  }

  @Test(
    "Words that are not UTF-8 are refused, for a path would lead to another file; a text for a model keeps its bytes")
  func encoding() throws {
    func options(_ words: [String], _ raw: [Int: [UInt8]]) throws -> Options {
      try Options(words, raw: raw, of: SampleProgram.train, program: "p")
    }
    for bytes: [UInt8] in [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] {
      let word = String(decoding: bytes, as: UTF8.self)
      #expect(try options(["--json", "--prompt", word], [2: bytes])[SampleProgram.prompt] == bytes)
      let attached = Array("--prompt=a=".utf8) + bytes
      #expect(try options(["--prompt=a=\(word)"], [0: attached])[SampleProgram.prompt] == Array(attached[9...]))
      for (words, place) in [(["--out", word], 1), ([word], 0), (["--json", "--out=\(word)"], 1)] {
        #expect {
          let own = words[place].hasPrefix("--out=") ? Array("--out=".utf8) + bytes : bytes
          _ = try options(words, [place: own])
        } throws: { error in
          (error as? CommandError)?.status == .usage && "\(error)".contains("\\x")
            && "\(error)".contains("whose bytes are not UTF-8")
        }
      }
      #expect(throws: CommandError.notUTF8(bytes)) { _ = try SampleProgram.program.work(of: [word], raw: [0: bytes]) }
      let work = try SampleProgram.program.work(of: ["train", "--prompt", word], raw: [2: bytes])
      try work(Console(output: CapturedOutput(), errors: CapturedOutput(), environment: [:]))
    }
  }

  private func run(_ error: any Error & Sendable) -> (Int32, String) {
    let command = Command("c", summary: "", groups: []) { _, _ in throw error }
    let outcome = Program(name: "p", version: "1", summary: "", commands: [command]).outcome(["c"])
    return (outcome.status, outcome.errors)
  }

  @Test("The line of an example is what is typed: quotes where a shell needs them, the other program and the file")
  func exampleLines() {
    func line(_ example: Example) -> String { example.line(of: Sample.train, program: "hyperrouter") }
    #expect(line(Example("", "--steps", "3", "--k=1,2")) == "hyperrouter train --steps 3 --k=1,2")
    #expect(line(Example("", "--prompt", "it's a, b")) == #"hyperrouter train --prompt 'it'\''s a, b'"#)
    #expect(line(Example("", "--prompt", "")) == "hyperrouter train --prompt ''")
    #expect(line(Example("", "--json", from: "cat a", to: "b")) == "cat a | hyperrouter train --json > b")
  }

  @Test("Examples stand at the end of help, each below what it does; a command without them has no heading for them")
  func exampleHelp() {
    let command = Command(
      "c", summary: "", groups: [], examples: [Example("first", "--x"), Example("second", "y z")]
    ) { _, _ in }
    let program = Program(name: "p", version: "1", summary: "", commands: [command])
    #expect(
      program.outcome(["c", "--help"]).output.hasSuffix(
        "\n\nExamples:\n  # first\n  p c --x\n  # second\n  p c 'y z'\n"))
    #expect(!Sample.run("train", "--help").output.contains("Examples:"))
  }
}
