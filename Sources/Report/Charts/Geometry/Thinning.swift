/// Choices among very many points.
enum Thinning {
  /// Returns at most so many indices, evenly spread, always with the first and the last.
  static func evenly(_ count: Int, atMost most: Int) -> [Int] {
    count <= most ? Array(0..<count) : (0..<most).map { $0 * (count - 1) / (most - 1) }
  }

  /// Returns the places of a line as they are drawn: of those in one narrow column the lowest and the highest, so that
  /// spikes stay, and the line's ends.
  static func line(_ places: [Point], columnWidth: Double) -> [Point] {
    guard places.count > 2 * Layout.columns else { return places }
    var chosen: [Int] = [0]
    var start = 0
    while start < places.count {
      let column = (places[start].x / columnWidth).rounded(.down)
      var (end, low, high) = (start, start, start)
      while end < places.count, (places[end].x / columnWidth).rounded(.down) == column {
        if places[end].y < places[low].y { low = end }
        if places[end].y > places[high].y { high = end }
        end += 1
      }
      chosen += low == high ? [low] : [min(low, high), max(low, high)]
      start = end
    }
    chosen.append(places.count - 1)
    return chosen.enumerated().filter { $0.offset == 0 || chosen[$0.offset - 1] != $0.element }
      .map { places[$0.element] }
  }
}
