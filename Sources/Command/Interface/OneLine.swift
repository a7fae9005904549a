extension String {
  /// The text with control characters written as escapes, so that it is one line and cannot steer a terminal.
  var onOneLine: String {
    var line = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case "\u{2028}", "\u{2029}": line += "\\u{\(String(scalar.value, radix: 16))}"
      case _ where scalar.properties.generalCategory == .control:
        line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// The text with its line feeds, and other control characters as escapes, so that it cannot steer a terminal.
  public var printable: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).onOneLine }.joined(separator: "\n")
  }

  /// The text as an error message quotes it: in quotation marks, on one line, cut after 60 characters.
  var quoted: String {
    let shown = count > 60 ? String(prefix(60)) + "…" : self
    return "\"\(shown.onOneLine)\""
  }
}
