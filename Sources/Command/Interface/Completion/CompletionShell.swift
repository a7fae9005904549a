/// A shell that completes command lines by a script.
public enum CompletionShell: String, CaseIterable, Sendable {
  /// The GNU shell.
  case bash
  /// The Z shell.
  case zsh
  /// The friendly interactive shell.
  case fish

  /// Returns the script that completes a program's commands, flags and values.
  ///
  /// - Parameter program: The program.
  /// - Returns: Several lines, with a line feed at the end.
  func script(for program: Program) -> String {
    switch self {
    case .bash: BashCompletion(program: program).script
    case .zsh: ZshCompletion(program: program).script
    case .fish: FishCompletion(program: program).script
    }
  }
}
