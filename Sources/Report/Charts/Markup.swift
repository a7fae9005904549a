import Tables

/// Text and coordinates as SVG and HTML take them.
enum Markup {
  /// Where a text is in relation to its position.
  enum Anchor: String {
    case start, middle, end
  }

  /// Returns a coordinate with one decimal.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let magnitude = abs(tenths)
    let decimal = magnitude % 10 == 0 ? "" : ".\(magnitude % 10)"
    return (tenths < 0 ? "-" : "") + "\(magnitude / 10)" + decimal
  }

  static func pair(_ x: Double, _ y: Double) -> String { "\(number(x)),\(number(y))" }

  static func line(_ style: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<line class=\"\(style)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
  }

  /// Returns a `<rect>` with further attributes and a title.
  static func rectangle(_ box: Box, _ attributes: String, title: String? = nil) -> String {
    "<rect x=\"\(number(box.left))\" y=\"\(number(box.top))\" width=\"\(number(box.width))\" "
      + "height=\"\(number(box.height))\" \(attributes)"
      + (title.map { "><title>\($0.inMarkup)</title></rect>" } ?? "/>")
  }

  /// Returns a `<text>`, shortened to a width; what was cut is in its `<title>`.
  static func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "", width: Double = Layout.width,
    rotation: Double? = nil
  ) -> String {
    let shown = TextWidth.shortened(text, to: width)
    let title = shown == text ? "" : "<title>\(text.inMarkup)</title>"
    return "<text x=\"\(number(x))\" y=\"\(number(y))\"" + (style.isEmpty ? "" : " class=\"\(style)\"")
      + (anchor == .start ? "" : " text-anchor=\"\(anchor)\"")
      + (rotation.map { " transform=\"rotate(\(number($0)) \(pair(x, y)))\"" } ?? "")
      + ">\(title)\(shown.inMarkup)</text>"
  }
}

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

/// Sentences about data.
enum Wording {
  /// Returns sentences, each begun with a capital letter and ended with a full stop.
  static func text(_ sentences: [String]) -> String {
    sentences.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(separator: " ")
  }

  /// Returns a number of things.
  static func count(_ count: Int, _ noun: String) -> String {
    count == 0 ? "no \(noun)s" : "\(Numeral.count(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Returns where a series begins and ends, and between what it lies.
  static func ends(of name: String, _ points: [Point]) -> String {
    guard let first = points.first, let last = points.last,
      let low = points.min(by: { $0.y < $1.y }), let high = points.max(by: { $0.y < $1.y })
    else { return "\(name): nothing was measured" }
    func at(_ point: Point) -> String { "\(Numeral.value(point.y)) at \(Numeral.value(point.x, digits: 6))" }
    if points.count == 1 { return "\(name): \(at(first))" }
    if low.y == high.y {
      let (from, to) = (Numeral.value(first.x, digits: 6), Numeral.value(last.x, digits: 6))
      return "\(name): \(Numeral.value(low.y)) throughout, from \(from) to \(to)"
    }
    return "\(name): from \(at(first)) to \(at(last)), lowest \(at(low)), highest \(at(high))"
  }

  /// Returns between what named values lie.
  static func extremes(of name: String, _ values: [(name: String, value: Double)]) -> String {
    guard let low = values.min(by: { $0.value < $1.value }), let high = values.max(by: { $0.value < $1.value }) else {
      return "\(name): nothing was measured"
    }
    if low.value == high.value {
      return "\(name): \(Numeral.value(low.value))" + (values.count == 1 ? " for \(low.name)" : " throughout")
    }
    return "\(name): lowest \(Numeral.value(low.value)) for \(low.name), "
      + "highest \(Numeral.value(high.value)) for \(high.name)"
  }

  /// Returns the ends of an interval, after a comma.
  static func interval(_ interval: ClosedRange<Double>?) -> String {
    interval.map {
      ", \(Numeral.value($0.lowerBound, digits: 6)) to \(Numeral.value($0.upperBound, digits: 6))"
    } ?? ""
  }
}

/// Counts what cannot be drawn, so that it is said.
struct Omissions: Equatable {
  /// Why a value has no place.
  enum Reason: String, CaseIterable {
    case notFinite = "not finite"
    case notPositive = "not above 0, where the axis is logarithmic"
    /// Beyond what differences of numbers can hold.
    case tooLarge = "too far from 1 to be drawn"
  }

  private var counts: [Reason: Int] = [:]

  /// Returns why a value cannot be drawn, nil if it can.
  static func reason(against value: Double, on scale: Axis.Scale) -> Reason? {
    if !value.isFinite { return .notFinite }
    if scale == .logarithmic && value <= 0 { return .notPositive }
    return abs(value) > 1e300 || (scale == .logarithmic && value < 1e-300) ? .tooLarge : nil
  }

  /// Returns whether all values of one thing can be drawn; counts the thing if not.
  mutating func draws(_ values: (Double, Axis.Scale)...) -> Bool {
    guard let reason = values.lazy.compactMap({ Omissions.reason(against: $0.0, on: $0.1) }).first else { return true }
    counts[reason, default: 0] += 1
    return false
  }

  /// Returns whether a range can be drawn; counts it if not.
  mutating func draws(_ range: ClosedRange<Double>, _ scale: Axis.Scale) -> Bool {
    draws((range.lowerBound, scale), (range.upperBound, scale))
  }

  /// One clause for each reason.
  var sentences: [String] {
    Reason.allCases.compactMap { reason in
      counts[reason].map { ($0 == 1 ? "1 value is " : "\(Numeral.count($0)) values are ") + reason.rawValue }
    }
  }
}
