/// An interval as a line with ends.
enum Whisker {
  static func vertical(at x: Double, from start: Double, to end: Double, width: Double) -> String {
    let (left, right) = (Markup.number(x - width / 2), Markup.number(x + width / 2))
    return "<path class=\"whisker\" d=\"M\(left),\(Markup.number(start))H\(right)"
      + "M\(Markup.pair(x, start))V\(Markup.number(end))M\(left),\(Markup.number(end))H\(right)\"/>\n"
  }

  static func horizontal(at y: Double, from start: Double, to end: Double, height: Double) -> String {
    let (top, bottom) = (Markup.number(y - height / 2), Markup.number(y + height / 2))
    return "<path class=\"whisker\" d=\"M\(Markup.number(start)),\(top)V\(bottom)"
      + "M\(Markup.pair(start, y))H\(Markup.number(end))M\(Markup.number(end)),\(top)V\(bottom)\"/>\n"
  }
}
