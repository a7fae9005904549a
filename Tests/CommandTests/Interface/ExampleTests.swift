import Tables
import Testing

@testable import Command

@Suite("Examples of the help text")
struct ExampleTests {
  @Test("The line is what is typed: quotes where a shell needs them, the other program and the file around it")
  func lines() {
    func line(_ example: Example) -> String { example.line(of: SampleProgram.train, program: "hyperrouter") }
    #expect(line(Example("", "--steps", "3", "--k=1,2")) == "hyperrouter train --steps 3 --k=1,2")
    #expect(line(Example("", "--prompt", "it's a, b")) == #"hyperrouter train --prompt 'it'\''s a, b'"#)
    #expect(line(Example("", "--prompt", "")) == "hyperrouter train --prompt ''")
    #expect(line(Example("", "--json", from: "cat a", to: "b")) == "cat a | hyperrouter train --json > b")
  }

  @Test("They stand at the end, each below what it does; a command without examples has no heading for them")
  func help() {
    let command = Command(
      "c", summary: "", groups: [], examples: [Example("first", "--x"), Example("second", "y z")]
    ) { _, _ in }
    let program = Program(name: "p", version: "1", summary: "", commands: [command])
    let plain = TextStyle(isColoured: false)
    #expect(
      HelpText.of(command, program: program, style: plain).hasSuffix(
        "\n\nExamples:\n  # first\n  p c --x\n  # second\n  p c 'y z'"))
    #expect(!HelpText.of(SampleProgram.train, program: SampleProgram.program, style: plain).contains("Examples:"))
  }
}
