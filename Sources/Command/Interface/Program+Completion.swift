import Tables

extension Program {
  /// All that can stand as the first word, but for flags.
  var commandNames: [String] { commands.map(\.name) + ["help"] }

  /// Returns the program with a command `completion` that prints scripts for shells, made from what the commands declare.
  ///
  /// - Returns: The program with one command more.
  public func withCompletion() -> Program {
    let shells = CompletionShell.allCases.map(\.rawValue)
    let completion = Command(
      "completion", summary: "print a script that completes commands in a shell",
      discussion: """
        The script completes commands, flags, names and paths in \(shells.joined(separator: ", ")). It is made from what this \
        version declares: make it again after an update.
        """,
      operands: Operands("SHELL", help: shells.joined(separator: ", "), completion: .one(of: shells)), groups: [],
      examples: [
        Example("for ~/.bashrc, with the line: source ~/.\(name).bash", "bash", to: "~/.\(name).bash"),
        Example("complete in every fish from now on", "fish", to: "~/.config/fish/completions/\(name).fish"),
      ],
      check: { _ = try Self.shell($0) }
    ) { options, console in
      try console.emit(Self.shell(options).script(for: self.withCompletion()))
    }
    return Program(name: name, version: version, summary: summary, commands: commands + [completion])
  }

  private static func shell(_ options: Options) throws(CommandError) -> CompletionShell {
    let names = CompletionShell.allCases.map(\.rawValue)
    guard options.operands.count == 1, let shell = CompletionShell(rawValue: options.operands[0]) else {
      let found = options.operands.joined(separator: " ").quoted
      let hint = options.operands.count > 1 ? nil : NearestName.of(options.operands[0], among: names)
      let advice = hint.map { "; did you mean \($0)?" } ?? ""
      throw .usage("completion: found \(found), expected one of \(names.joined(separator: ", "))\(advice)")
    }
    return shell
  }
}
