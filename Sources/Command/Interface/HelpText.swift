import Foundation

/// The texts that `--help` prints, at most 80 columns wide.
enum HelpText {
  static let width = 80
  private static let indent = 26

  static func of(_ program: Program, style: TextStyle) -> String {
    var lines = wrapped("\(program.name): \(program.summary)", width: width)
    lines += ["", style.bold("Usage:"), "  \(program.name) <command> [flags]", "", style.bold("Commands:")]
    for command in program.commands {
      lines += entry(command.name, command.summary, indent: 14)
    }
    lines += entry("help", "prints this, or the flags of a command", indent: 14)
    lines += [""] + wrapped("\(program.name) <command> --help explains every flag with its default.", width: width)
    return lines.joined(separator: "\n")
  }

  /// Every flag of a command with its default.
  static func of(_ command: Command, program: Program, style: TextStyle) -> String {
    var lines = wrapped("\(program.name) \(command.name): \(command.summary)", width: width)
    let required = command.flags.filter { $0.defaultText == nil }
      .map { "--\($0.name) \($0.valueName ?? "")" }.joined(separator: " ")
    let usage = [program.name, command.name, command.operands?.name ?? "", required, "[flags]"]
      .filter { !$0.isEmpty }.joined(separator: " ")
    lines += ["", style.bold("Usage:")] + wrapped(usage, width: width - 2).map { "  " + $0 }
    if !command.discussion.isEmpty { lines += [""] + wrapped(command.discussion, width: width) }
    if let operands = command.operands {
      lines += ["", style.bold("Arguments:")] + entry(operands.name, operands.help)
    }
    for group in command.groups where !group.flags.isEmpty {
      lines += ["", style.bold("\(group.title):")]
      for flag in group.flags {
        lines += entry(["--\(flag.name)", flag.valueName].compactMap { $0 }.joined(separator: " "), explanation(flag))
      }
    }
    lines += ["", style.bold("Help:")] + entry("-h, --help", "prints this text and does nothing else")
    if !command.examples.isEmpty { lines += ["", style.bold("Examples:")] }
    for example in command.examples {
      lines += wrapped("# \(example.meaning)", width: width - 2).map { style.faint("  " + $0) }
      lines.append("  " + example.line(of: command, program: program.name))
    }
    return lines.joined(separator: "\n")
  }

  private static func explanation(_ flag: any DeclaredFlag) -> String {
    let status = flag.valueName == nil ? nil : flag.defaultText.map { "default: \($0)" } ?? "required"
    let notes = [flag.constraint, status].compactMap { $0 }.joined(separator: "; ")
    return notes.isEmpty ? flag.help : "\(flag.help) (\(notes))"
  }

  private static func entry(_ left: String, _ right: String, indent: Int = indent) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines = wrapped(right, width: width - indent).map { margin + $0 }
    let head = "  " + left
    if head.count + 2 <= indent, !lines.isEmpty {
      lines[0] = head + lines[0].dropFirst(head.count)
      return lines
    }
    return [head] + lines
  }

  /// Breaks a text at spaces, and a word that is longer than a line; an empty line separates paragraphs.
  static func wrapped(_ text: String, width: Int) -> [String] {
    text.components(separatedBy: "\n\n").flatMap { paragraph in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
        while line.count > width {
          lines.append(String(line.prefix(width)))
          line.removeFirst(width)
        }
      }
      return lines + [line]
    }
  }
}
