/// The script by which bash completes a program, without the package bash-completion.
///
/// Bash cuts words at = and : as well, and replaces only what stands behind them. So the script takes the word from the line,
/// and leaves away from what it offers the part that stays.
struct BashCompletion {
  let program: Program
  private var function: String { "_\(program.name.replacing("-", with: "_"))" }

  /// The whole script.
  var script: String {
    #"""
    # Completes \#(program.name) in bash: source <(\#(program.name) completion bash)
    \#(function)() {
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
          mapfile -t COMPREPLY < <(compgen -f -- "$value") ;;
        directory)
          compopt -o filenames 2>/dev/null
          mapfile -t COMPREPLY < <(compgen -d -- "$value") ;;
      esac
      COMPREPLY+=($(compgen -W "$offered" -- "$value"))
      # What stands before the last = or : stays as it is.
      if [[ $value == *:* && $COMP_WORDBREAKS == *:* ]]; then
        kept=${value%"${value##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$kept"}")
      elif [[ $word == --*=* && $COMP_WORDBREAKS != *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]/#/"$flag="}")
      fi
    }
    complete -F \#(function) \#(program.name)

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
      + "\n      help) kind=one names='\(program.commands.map(\.name).joined(separator: " "))' ;;"
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
