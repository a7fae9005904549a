/// How wide a text is in a sans-serif font, guessed without the font: rather too wide than too narrow.
enum TextWidth {
  /// Returns the width of a text in units of the drawing.
  static func of(_ text: String) -> Double { text.reduce(0) { $0 + ems(of: $1) } * Layout.fontSize }

  /// Returns as much of a text as fits, with an ellipsis if it is not all.
  static func shortened(_ text: String, to width: Double) -> String {
    if of(text) <= width { return text }
    let room = width - of("…")
    var (result, used) = ("", 0.0)
    for character in text {
      used += ems(of: character) * Layout.fontSize
      if used > room { break }
      result.append(character)
    }
    return result + "…"
  }

  /// Returns a text broken at its spaces.
  static func wrapped(_ text: String, to width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, of("\(last) \(word)") <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func ems(of character: Character) -> Double {
    guard let scalar = character.unicodeScalars.first, scalar.value < 0x1100 || scalar.value == 0x2026 else {
      return 1.3
    }
    switch character {
    case "i", "j", "l", "I", "t", "f", "r", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[", "]", " ", "-": return 0.38
    case "m", "w", "M", "W", "@", "%", "…": return 0.97
    case "A"..."Z": return 0.7
    default: return 0.62
    }
  }
}
