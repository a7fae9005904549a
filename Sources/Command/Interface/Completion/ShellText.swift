import Tables

/// Text inside scripts of shells.
enum ShellText {
  /// Returns a text between single quotes, as bash and zsh read it.
  ///
  /// - Parameter text: Any text.
  /// - Returns: One word.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
  }

  /// Returns a text between single quotes, as fish reads it: a backslash is one only before itself or a quote.
  ///
  /// - Parameter text: Any text.
  /// - Returns: One word.
  static func quotedForFish(_ text: String) -> String {
    "'" + text.replacing("\\", with: #"\\"#).replacing("'", with: #"\'"#) + "'"
  }

  /// Returns the beginning of an explanation, up to what would no longer fit beside a list of names.
  ///
  /// - Parameter help: A flag's or a command's explanation.
  /// - Returns: One line.
  static func short(_ help: String) -> String {
    let line = help.onOneLine
    guard line.count > 70 else { return line }
    let words = line.prefix(70).split(separator: " ").dropLast().joined(separator: " ")
    return words + " …"
  }
}
