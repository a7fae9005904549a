import RunFiles
import Testing

@testable import CommandLineInterface
@testable import hyperrouter

@Suite("hyperrouter --help")
struct HelpTests {
  @Test("Every command explains every flag with its default, in 80 columns")
  func flags() throws {
    try Hyperrouter.use { program in
      let commands = Program.hyperrouter(Interruption(), SystemFiles()).commands
      for command in commands {
        let outcome = try program.run("\(command.name) --help")
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let flowing = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for flag in command.flags {
          #expect(outcome.output.contains("--\(flag.name)"))
          #expect(flowing.contains(flag.help.split(separator: " ").joined(separator: " ")))
          if flag.valueName != nil {
            let note = flag.defaultText.map { "default: \($0)" } ?? "required"
            #expect(flowing.contains(note), "\(command.name) --\(flag.name)")
          }
        }
      }
    }
  }

  @Test("The program lists its commands")
  func commands() throws {
    try Hyperrouter.use { program in
      let outcome = try program.run("--help")
      #expect(outcome.status == 0)
      for name in ["compare", "train", "evaluate", "generate", "corpus", "report"] {
        #expect(outcome.output.contains("  \(name) "))
      }
      #expect(try program.run("--version").output.hasPrefix("hyperrouter "))
      try program.expectFailure("", status: 2, "no command")
      try program.expectFailure("compair", status: 2, "did you mean compare?")
    }
  }
}
