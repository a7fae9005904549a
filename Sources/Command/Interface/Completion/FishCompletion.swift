import Tables

/// The script by which fish completes a program.
struct FishCompletion {
  let program: Program

  /// The whole script.
  var script: String {
    let start = "complete -c \(program.name)"
    var lines = [
      "# Completes \(program.name) in fish: \(program.name) completion fish | source",
      "\(start) -f",
    ]
    for (name, summary) in program.commands.map({ ($0.name, $0.summary) }) + [("help", "prints the flags of a command")]
    {
      lines.append("\(start) -n __fish_use_subcommand -a \(name) -d \(Self.explained(summary))")
    }
    for command in program.commands {
      let inside = "\(start) -n '__fish_seen_subcommand_from \(command.name)'"
      for flag in command.flags {
        lines.append("\(inside) -l \(flag.name) \(Self.values(flag)) -d \(Self.explained(flag.help))")
      }
      lines.append("\(inside) -l help -d 'prints help'")
      guard let operands = command.operands else { continue }
      lines.append("\(inside) \(Self.options(operands.completion, isRequired: false))")
    }
    let names = program.commands.map(\.name).joined(separator: " ")
    lines.append("\(start) -n '__fish_seen_subcommand_from help' -a \(ShellText.quotedForFish(names))")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func explained(_ text: String) -> String { ShellText.quotedForFish(ShellText.short(text)) }

  private static func values(_ flag: any DeclaredFlag) -> String {
    flag.valueName == nil ? "" : options(flag.completion, isRequired: true)
  }

  private static func options(_ completion: ValueCompletion, isRequired: Bool) -> String {
    let exclusive = isRequired ? "-x" : ""
    return switch completion {
    case .none: exclusive
    case .one(let names): "\(exclusive) -a '\(names.joined(separator: " "))'"
    case .several(let names): "\(exclusive) -a '(__fish_append , \(names.joined(separator: " ")))'"
    case .file(let names) where names.isEmpty: (isRequired ? "-r " : "") + "-F"
    case .file(let names): (isRequired ? "-r " : "") + "-F -a '\(names.joined(separator: " "))'"
    case .directory: "\(exclusive) -a '(__fish_complete_directories)'"
    }
  }
}
