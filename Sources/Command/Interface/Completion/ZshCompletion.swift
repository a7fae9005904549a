import Tables

/// The script by which zsh completes a program.
struct ZshCompletion {
  let program: Program
  private var function: String { "_\(program.name.replacing("-", with: "_"))" }

  /// The whole script; it works as a file of `fpath`, and when it is sourced after `compinit`.
  var script: String {
    let names = (program.commands.map { ($0.name, $0.summary) } + [("help", "prints the flags of a command")])
      .map { "    \(ShellText.quoted("\($0):\(ShellText.short($1))"))" }.joined(separator: "\n")
    let commands = program.commands.map(arguments).joined(separator: "\n")
    return #"""
      #compdef \#(program.name)
      # Completes \#(program.name) in zsh: source <(\#(program.name) completion zsh)
      \#(function)_file() {
        compadd -- "$@"
        _files
      }
      \#(function)() {
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
          help) _arguments ':command:(\#(program.commands.map(\.name).joined(separator: " ")))' ;;
        esac
      }
      if [[ $funcstack[1] == \#(function) ]]; then \#(function) "$@"; else compdef \#(function) \#(program.name); fi

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
    case .file(let names): " \(function)_file \(list(names))"
    case .directory: "_files -/"
    }
  }
}
