import Tables

/// The texts that `--help` prints, at most 80 columns wide.
enum HelpText {
  static let width = 80
  private static let indent = 26

  static func of(_ program: Program, style: TextStyle) -> String {
    var lines = "\(program.name): \(program.summary)".wrapped(to: width)
    lines += ["", style.bold("Usage:"), "  \(program.name) <command> [flags]", "", style.bold("Commands:")]
    for command in program.commands {
      lines += entry(command.name, command.summary, indent: 14)
    }
    lines += entry("help", "prints this, or the flags of a command", indent: 14)
    lines += [""] + "\(program.name) <command> --help explains every flag with its default.".wrapped(to: width)
    return lines.joined(separator: "\n")
  }

  /// Every flag of a command with its default.
  static func of(_ command: Command, program: Program, style: TextStyle) -> String {
    var lines = "\(program.name) \(command.name): \(command.summary)".wrapped(to: width)
    let required = command.flags.filter { $0.defaultText == nil }
      .map { "--\($0.name) \($0.valueName ?? "")" }.joined(separator: " ")
    let bare = command.bare.map { "[\($0.valueName ?? "")]" }
    let usage = [program.name, command.name, command.operands?.name ?? bare ?? "", required, "[flags]"]
      .filter { !$0.isEmpty }.joined(separator: " ")
    lines += ["", style.bold("Usage:")] + usage.wrapped(to: width - 2).map { "  " + $0 }
    if !command.discussion.isEmpty { lines += [""] + command.discussion.wrapped(to: width) }
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
      lines += "# \(example.meaning)".wrapped(to: width - 2).map { style.faint("  " + $0) }
      lines.append("  " + example.line(of: command, program: program.name))
    }
    return lines.joined(separator: "\n")
  }

  private static func explanation(_ flag: any DeclaredFlag) -> String {
    let status = flag.valueName == nil ? nil : flag.defaultText.map { "default: \($0)" } ?? "required"
    let others = flag.otherNames.map { ($0.count == 1 ? "-" : "--") + $0 }.joined(separator: ", ")
    let notes = [flag.constraint, status, others.isEmpty ? nil : "also \(others)"].compactMap { $0 }
      .joined(separator: "; ")
    return notes.isEmpty ? flag.help : "\(flag.help) (\(notes))"
  }

  private static func entry(_ left: String, _ right: String, indent: Int = indent) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines = right.wrapped(to: width - indent).map { margin + $0 }
    let head = "  " + left
    if head.count + 2 <= indent, !lines.isEmpty {
      lines[0] = head + lines[0].dropFirst(head.count)
      return lines
    }
    return [head] + lines
  }
}
