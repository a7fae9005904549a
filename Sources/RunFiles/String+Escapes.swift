extension String {
  /// The text as a JSON literal, quotation marks included.
  var inJSON: String {
    "\"" + escaped(quotes: true) + "\""
  }

  /// The text with control characters escaped, so that a message with it stays one line.
  var onOneLine: String {
    escaped(quotes: false)
  }

  private func escaped(quotes: Bool) -> String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"" where quotes: text += "\\\""
      case "\\" where quotes: text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
