import Foundation

extension String {
  /// Bytes as text: UTF-8 as what it is, every other byte as an escape, `\\x92`.
  package init(escaping bytes: some Collection<UInt8>) {
    self.init()
    var (parser, rest) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator())
    var place = bytes.startIndex
    while true {
      switch parser.parseScalar(from: &rest) {
      case .valid(let encoded):
        unicodeScalars.append(Unicode.UTF8.decode(encoded))
        place = bytes.index(place, offsetBy: encoded.count)
      case .error(let length):
        let end = bytes.index(place, offsetBy: length)
        for byte in bytes[place..<end] { self += "\\x" + String(byte, radix: 16, uppercase: true) }
        place = end
      case .emptyInput: return
      }
    }
  }

  /// The text on one line: control characters, and others that cannot be seen, are escapes, so that it cannot steer a terminal.
  package var onOneLine: String {
    var line = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      // Joiners are kept, which scripts and emoji need.
      case "\u{AD}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}", "\u{2060}"..."\u{206F}", "\u{FEFF}":
        line += "\\u{\(String(scalar.value, radix: 16))}"
      case _ where scalar.properties.generalCategory == .control:
        line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// The text with its line feeds, and other control characters as escapes, so that it cannot steer a terminal.
  package var printable: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).onOneLine }.joined(separator: "\n")
  }

  /// The text as an error message quotes it: in quotation marks, on one line, cut after 60 characters.
  package var quoted: String {
    let shown = count > 60 ? String(prefix(60)) + "…" : self
    return "\"\(shown.onOneLine)\""
  }

  /// The text as HTML and XML take it: markup characters escaped, line ends and tabs as spaces, and without the characters
  /// that XML does not allow or that turn the direction of what follows.
  package var inMarkup: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\r", "\t": result += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}"..."\u{FFFF}": break
      case "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}": break
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text with spaces before it, or behind it, up to a number of characters.
  package func padded(to length: Int, isFlushLeft: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, length - count))
    return isFlushLeft ? self + spaces : spaces + self
  }

  /// The text without spaces at its end.
  package var withoutTrailingSpaces: String {
    String(prefix(count - reversed().prefix { $0 == " " }.count))
  }

  /// The text in lines, at least one, broken at spaces; a longer word is broken, too.
  ///
  /// As in source code, one line feed is a space; an empty line separates paragraphs.
  package func wrapped(to width: Int) -> [String] {
    components(separatedBy: "\n\n").flatMap { paragraph in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
        while line.count > width {
          lines.append(String(line.prefix(width)))
          line.removeFirst(width)
        }
      }
      return lines + [line]
    }
  }
}
