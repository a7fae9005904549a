import Tables

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
