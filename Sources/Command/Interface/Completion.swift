import Tables

/// The scripts by which shells complete a program's commands, flags and values, made from what the program declares.
enum CompletionShell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// Several lines, with a line feed at the end.
  func script(for program: Program) -> String {
    switch self {
    case .bash: BashScript(program: program).text
    case .zsh: ZshScript(program: program).text
    case .fish: FishScript(program: program).text
    }
  }
}

extension Program {
  /// The program with a command `completion` that prints the scripts.
  func withCompletion() -> Program {
    let shells = CompletionShell.allCases.map(\.rawValue)
    @Sendable func shell(_ options: Options) throws(CommandError) -> CompletionShell {
      if options.operands.count == 1, let shell = CompletionShell(rawValue: options.operands[0]) { return shell }
      let hint = options.operands.count > 1 ? nil : NearestName.of(options.operands[0], among: shells)
      throw .usage(
        "completion: found \(options.operands.joined(separator: " ").quoted), expected one of "
          + shells.joined(separator: ", ") + (hint.map { "; did you mean \($0)?" } ?? ""))
    }
    let completion = Command(
      "completion", summary: "print a script that completes commands in a shell",
      discussion: """
        The script completes commands, flags, names and paths in \(shells.joined(separator: ", ")). It is made from what this \
        version declares: make it again after an update.
        """,
      operands: Operands(name: "SHELL", help: shells.joined(separator: ", "), completion: .one(of: shells)), groups: [],
      examples: [
        Example("for ~/.bashrc, with the line: source ~/.\(name).bash", "bash", to: "~/.\(name).bash"),
        Example("complete in every fish from now on", "fish", to: "~/.config/fish/completions/\(name).fish"),
      ],
      check: { _ = try shell($0) }
    ) { options, console in
      try console.emit(shell(options).script(for: self.withCompletion()))
    }
    return Program(name: name, version: version, summary: summary, commands: commands + [completion])
  }

  /// The shell function that completes.
  fileprivate var function: String { "_\(name.replacing("-", with: "_"))" }

  /// The commands between spaces.
  fileprivate var commandList: String { commands.map(\.name).joined(separator: " ") }

  /// The commands that there are, `help` too, and what they do.
  fileprivate var summaries: [(name: String, summary: String)] {
    commands.map { ($0.name, $0.summary) } + [("help", "prints the flags of a command")]
  }
}

/// For bash, without the package bash-completion.
///
/// Bash cuts words at = and : as well, and replaces only what stands behind them. So the script takes the word from the line,
/// and leaves away from what it offers the part that stays.
private struct BashScript {
  let program: Program

  var text: String {
    #"""
    # Completes \#(program.name) in bash, from 3.2 on: eval "$(\#(program.name) completion bash)"
    \#(program.function)() {
      local line=${COMP_LINE:0:COMP_POINT} word value flag command given kind names='' flags='' offered='' kept='' name
      local -a typed
      COMPREPLY=()
      read -ra typed <<<"$line"
      word=${line##*[[:space:]]}
      if [[ -n $word ]]; then unset "typed[${#typed[@]}-1]"; fi
      if ((${#typed[@]} < 2)); then
        COMPREPLY=($(compgen -W '\#((program.commandNames + ["--help", "--version"]).joined(separator: " "))' -- "$word"))
        return
      fi
      command=${typed[1]} given=" ${typed[*]:2} " value=$word flag=${typed[${#typed[@]}-1]}
      if [[ $word == --*=* ]]; then flag=${word%%=*} value=${word#*=}; fi
      kind=flag
      case "$command $flag" in
    \#(values)
      esac
      if [[ $kind == flag && $word != -* ]]; then
        case $command in
    \#(operands)
        esac
      fi
      case $kind in
        flag)
          case $command in
    \#(flags)
          esac
          # Each flag stands on the line once.
          for name in $flags --help; do
            [[ $given == *" $name "* || $given == *" $name="* ]] || offered+=" $name"
          done ;;
        one) offered=$names ;;
        several)
          if [[ $value == *,* ]]; then kept=${value%,*},; fi
          for name in $names; do
            [[ ,$kept == *",$name,"* ]] || offered+=" $kept$name"
          done
          compopt -o nospace 2>/dev/null ;;
        file)
          offered=$names
          compopt -o filenames 2>/dev/null
          while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$value") ;;
        directory)
          compopt -o filenames 2>/dev/null
          while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -d -- "$value") ;;
      esac
      COMPREPLY+=($(compgen -W "$offered" -- "$value"))
      # What stands before the last = or : stays as it is.
      if [[ $value == *:* && $COMP_WORDBREAKS == *:* ]]; then
        kept=${value%"${value##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$kept"}")
      elif [[ $word == --*=* && $COMP_WORDBREAKS != *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/$flag=}")
      fi
    }
    complete -F \#(program.function) \#(program.name)

    """#
  }

  /// What completes the value of a flag; a switch has none.
  private var values: String {
    program.commands.flatMap { command in
      command.flags.filter { $0.valueName != nil }.map { flag in
        "    '\(command.name) --\(flag.name)') \(Self.assignment(flag.completion)) ;;"
      }
    }.joined(separator: "\n")
  }

  private var operands: String {
    program.commands.compactMap { command in
      command.operands.map { "      \(command.name)) \(Self.assignment($0.completion)) ;;" }
    }.joined(separator: "\n")
      + "\n      help) kind=one names='\(program.commandList)' ;;"
  }

  private var flags: String {
    program.commands.map { command in
      "        \(command.name)) flags='\(command.flags.map { "--\($0.name)" }.joined(separator: " "))' ;;"
    }.joined(separator: "\n")
  }

  private static func assignment(_ completion: ValueCompletion) -> String {
    func kind(_ kind: String, _ names: [String]) -> String {
      "kind=\(kind)" + (names.isEmpty ? "" : " names='\(names.joined(separator: " "))'")
    }
    return switch completion {
    case .none: kind("none", [])
    case .one(let names): kind("one", names)
    case .several(let names): kind("several", names)
    case .file(let names): kind("file", names)
    case .directory: kind("directory", [])
    }
  }
}

/// For zsh: it works as a file of `fpath`, and when it is sourced after `compinit`.
private struct ZshScript {
  let program: Program

  var text: String {
    let names = program.summaries.map { "    \(ShellText.quoted("\($0.name):\(ShellText.short($0.summary))"))" }
      .joined(separator: "\n")
    let commands = program.commands.map(arguments).joined(separator: "\n")
    return #"""
      #compdef \#(program.name)
      # Completes \#(program.name) in zsh: eval "$(\#(program.name) completion zsh)"
      \#(program.function)_file() {
        compadd -- "$@"
        _files
      }
      \#(program.function)() {
        local -a commands=(
      \#(names)
        )
        if (( CURRENT == 2 )); then
          _describe command commands
          return
        fi
        local command=$words[2]
        shift words
        (( CURRENT -= 1 ))
        case $command in
      \#(commands)
          help) _arguments ':command:(\#(program.commandList))' ;;
        esac
      }
      if [[ $funcstack[1] == \#(program.function) ]]; then \#(program.function) "$@"; else compdef \#(program.function) \#(program.name); fi

      """#
  }

  private func arguments(_ command: Command) -> String {
    var specifications = command.flags.map { flag in
      let explained = "--\(flag.name)" + (flag.valueName == nil ? "" : "=") + "[\(Self.escaped(flag.help))]"
      return explained + (flag.valueName.map { ":\(Self.escaped($0)):\(action(flag.completion))" } ?? "")
    }
    specifications.append("--help[prints help]")
    if let operands = command.operands {
      specifications.append("*:\(Self.escaped(operands.name)):\(action(operands.completion))")
    }
    let lines = specifications.map { "        \(ShellText.quoted($0))" }.joined(separator: " \\\n")
    return "    \(command.name)) _arguments \\\n\(lines) ;;"
  }

  /// An explanation inside brackets, up to the colon that ends it.
  private static func escaped(_ text: String) -> String {
    ShellText.short(text).replacing("\\", with: #"\\"#).replacing("[", with: #"\["#).replacing("]", with: #"\]"#)
      .replacing(":", with: #"\:"#)
  }

  private func action(_ completion: ValueCompletion) -> String {
    func list(_ names: [String]) -> String { names.map { $0.replacing(":", with: #"\:"#) }.joined(separator: " ") }
    return switch completion {
    case .none: " "
    case .one(let names): "(\(list(names)))"
    case .several(let names): "_sequence compadd - \(list(names))"
    case .file(let names) where names.isEmpty: "_files"
    // A space first: the function gets these words and no others.
    case .file(let names): " \(program.function)_file \(list(names))"
    case .directory: "_files -/"
    }
  }
}

/// For fish.
private struct FishScript {
  let program: Program

  var text: String {
    let start = "complete -c \(program.name)"
    var lines = [
      "# Completes \(program.name) in fish: \(program.name) completion fish | source",
      "\(start) -f",
    ]
    for (name, summary) in program.summaries {
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
    lines.append(
      "\(start) -n '__fish_seen_subcommand_from help' -a \(ShellText.quotedForFish(program.commandList))")
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

/// Text inside scripts of shells.
enum ShellText {
  /// A text between single quotes, as bash and zsh read it.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
  }

  /// A text between single quotes, as fish reads it: a backslash is one only before itself or a quote.
  static func quotedForFish(_ text: String) -> String {
    "'" + text.replacing("\\", with: #"\\"#).replacing("'", with: #"\'"#) + "'"
  }

  /// The beginning of an explanation, up to what would no longer fit beside a list of names.
  static func short(_ help: String) -> String {
    let line = help.onOneLine
    guard line.count > 70 else { return line }
    let words = line.prefix(70).split(separator: " ").dropLast().joined(separator: " ")
    return words + " …"
  }
}
