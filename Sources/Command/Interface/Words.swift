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

extension String {
  /// The text with control characters written as escapes, so that it is one line and cannot steer a terminal.
  var onOneLine: String {
    var line = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      case _ where scalar == "\u{2028}" || scalar == "\u{2029}" || scalar.properties.generalCategory == .control:
        line += "\\u{\(String(scalar.value, radix: 16))}"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// The text with its line feeds, and other control characters as escapes, so that it cannot steer a terminal.
  var printable: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { String($0).onOneLine }.joined(separator: "\n")
  }

  /// The text as an error message quotes it: in quotation marks, on one line, cut after 60 characters.
  var quoted: String {
    let shown = count > 60 ? String(prefix(60)) + "…" : self
    return "\"\(shown.onOneLine)\""
  }
}
