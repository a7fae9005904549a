import RunFiles
import Tables
import Testing

@testable import Command

@Suite("hyperrouter --help")
struct HelpTests {
  private let program = Hyperrouter()

  @Test("Every command explains every flag with its default, in 80 columns")
  func flags() throws {
    let commands = Program.hyperrouter(Interruption(), SystemFiles()).commands
    for command in commands {
      let outcome = try program.succeed("\(command.name) --help")
      #expect(outcome.errors.isEmpty && outcome.isNarrow)
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

  @Test("Every command ends with two examples, each on a line of at most 80 columns that the command accepts")
  func examples() throws {
    let program = Program.hyperrouter(Interruption(), SystemFiles())
    for command in program.commands {
      #expect(command.examples.count == 2, "\(command.name)")
      let help = HelpText.of(command, program: program, style: TextStyle(isColoured: false))
      let lines = help.split(separator: "\n").map(String.init)
      #expect(lines.suffix(5).first == "Examples:", "\(command.name)")
      for (example, line) in zip(command.examples, [lines[lines.count - 3], lines[lines.count - 1]]) {
        #expect(line == "  " + example.line(of: command, program: "hyperrouter") && line.count <= 80)
        #expect(throws: Never.self, "\(line)") { _ = try program.work(of: [command.name] + example.words) }
      }
    }
  }

  @Test("The program lists its commands")
  func commands() throws {
    let outcome = try program.succeed("--help")
    for command in Program.hyperrouter(Interruption(), SystemFiles()).commands {
      #expect(outcome.output.contains("  \(command.name) "))
    }
    #expect(try program.run("--version").output.hasPrefix("hyperrouter "))
    try program.expectFailure("", status: 2, "no command")
    try program.expectFailure("compair", status: 2, "did you mean compare?")
  }
}
