/// Characters that nobody sees, as signs.
enum Signs {
  /// Returns a text with its control characters as signs.
  ///
  /// A carriage return and the line feed after it are two of them, though one `Character`.
  static func of(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "⏎"
      case "\t": result += "⇥"
      case "\u{0}"..."\u{1F}": result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "�")
      case "\u{7F}": result += "␡"
      case "\u{80}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FFFE}"..."\u{FFFF}": result += "�"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Returns the lines of a text, each with its control characters as signs.
  static func lines(of text: String) -> [String] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { of(String($0)) }
  }
}
