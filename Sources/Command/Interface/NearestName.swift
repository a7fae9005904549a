/// Finds the name that a mistyped one was probably meant to be.
enum NearestName {
  /// The candidate nearest to a text, the first of equally near ones, if any is near enough to be worth suggesting.
  ///
  /// Near enough: at most one slip in three characters, upper and lower case being the same. Failing that, the only
  /// candidate that begins with the text.
  static func of(_ text: String, among candidates: [String]) -> String? {
    let typed = text.lowercased()
    // Nobody mistypes a name this long, and the distance costs the product of the lengths.
    guard !typed.isEmpty, typed.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = distance(typed, candidate.lowercased())
      let allowed = max(1, max(typed.count, candidate.count) / 3)
      if distance <= allowed, distance < candidate.count, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    if let best { return best.name }
    let longer = candidates.filter { $0.lowercased().hasPrefix(typed) }
    return longer.count == 1 && typed.count >= 2 ? longer[0] : nil
  }

  /// The Damerau–Levenshtein distance (optimal string alignment): how many insertions, deletions, substitutions and
  /// exchanges of neighbours turn one text into the other.
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforePrevious: [Int] = []
    var previous = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        let substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var least = min(previous[j] + 1, row[j - 1] + 1, substitution)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          least = min(least, beforePrevious[j - 2] + 1)
        }
        row.append(least)
      }
      (beforePrevious, previous) = (previous, row)
    }
    return previous[b.count]
  }
}
