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

  /// Returns two coordinates.
  static func pair(_ x: Double, _ y: Double) -> String { "\(number(x)),\(number(y))" }

  /// Returns a `<line>`.
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
