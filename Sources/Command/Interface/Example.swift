import Tables

/// A line to type, as the help text of a command shows it.
public struct Example: Sendable {
  /// What the line does.
  public let meaning: String
  /// The words after the command.
  public let words: [String]
  /// Another program whose output is read: "cat *.txt".
  let input: String?
  /// The file that standard output is written to.
  let output: String?

  /// Declares an example.
  ///
  /// - Parameters:
  ///   - meaning: What the line does.
  ///   - words: The words after the command.
  ///   - input: Another program whose output is read: "cat *.txt".
  ///   - output: The file that standard output is written to.
  public init(_ meaning: String, _ words: String..., from input: String? = nil, to output: String? = nil) {
    self.meaning = meaning
    self.words = words
    self.input = input
    self.output = output
  }

  /// Returns what is typed.
  ///
  /// - Parameters:
  ///   - command: The command that the example belongs to.
  ///   - program: The program's name.
  /// - Returns: One line.
  func line(of command: Command, program: String) -> String {
    let words = ([program, command.name] + words.map(Self.quoted)).joined(separator: " ")
    return (input.map { "\($0) | " } ?? "") + words + (output.map { " > \($0)" } ?? "")
  }

  /// The word as a shell needs it to be typed.
  private static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:,=".contains($0) }
    return isPlain ? word : ShellText.quoted(word)
  }
}
