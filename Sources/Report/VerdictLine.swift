import Tables

/// A claim, what measurements say of it, and where that is drawn.
package struct VerdictLine: Sendable {
  /// What measurements say.
  package enum Kind: String, Sendable {
    /// They agree.
    case agrees
    /// They disagree.
    case disagrees
    /// They leave it open.
    case open
    /// There are none.
    case unmeasured

    /// A sign that does without colour.
    var sign: String {
      switch self {
      case .agrees: "✓"
      case .disagrees: "✗"
      case .open: "?"
      case .unmeasured: "–"
      }
    }
  }

  /// The claim.
  package let claim: String
  /// What measurements say.
  package let kind: Kind
  /// The same in words, with the reason if one is needed.
  package let words: String
  /// The numbers, with their intervals; may be empty.
  package let numbers: String
  /// The id of the chart that shows them.
  package let chart: String?

  /// Creates a line.
  package init(claim: String, kind: Kind, words: String, numbers: String = "", chart: String? = nil) {
    self.claim = claim
    self.kind = kind
    self.words = words
    self.numbers = numbers
    self.chart = chart
  }

  var html: String {
    let numbers = numbers.isEmpty ? "" : " <span class=\"numbers\">\(numbers.inMarkup)</span>"
    let link = chart.map { " <a href=\"#\($0)\">chart</a>" } ?? ""
    return "<li class=\"\(kind)\"><span class=\"sign\" aria-hidden=\"true\">\(kind.sign)</span>"
      + "<span><strong>\(claim.inMarkup)</strong>: <em>\(words.inMarkup)</em>\(numbers)\(link)</span></li>"
  }
}
