/// A rectangle of a drawing, y downwards.
struct Box: Equatable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  var width: Double { right - left }
  var height: Double { bottom - top }
  var middle: Double { (left + right) / 2 }
  /// The middle from top to bottom.
  var centre: Double { (top + bottom) / 2 }

  func overlaps(_ other: Box) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  /// The place of a text.
  init(text: String, x: Double, y: Double, anchor: Markup.Anchor) {
    let width = TextWidth.of(text)
    let left = anchor == .start ? x : anchor == .middle ? x - width / 2 : x - width
    self.init(left: left, top: y - Layout.fontSize, right: left + width, bottom: y + Layout.fontSize / 4)
  }

  init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }
}
