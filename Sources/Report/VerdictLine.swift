/// A claim, what measurements say of it, and where that is drawn.
public struct VerdictLine: Sendable {
  /// What measurements say.
  public enum Kind: String, Sendable {
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
  public let claim: String
  /// What measurements say.
  public let kind: Kind
  /// The same in words, with the reason if one is needed.
  public let words: String
  /// The numbers, with their intervals; may be empty.
  public let numbers: String
  /// The id of the chart that shows them.
  public let chart: String?

  /// Creates a line.
  ///
  /// - Parameters:
  ///   - claim: The claim.
  ///   - kind: What measurements say.
  ///   - words: The same in words.
  ///   - numbers: The numbers, with their intervals.
  ///   - chart: The id of the chart that shows them.
  public init(claim: String, kind: Kind, words: String, numbers: String = "", chart: String? = nil) {
    self.claim = claim
    self.kind = kind
    self.words = words
    self.numbers = numbers
    self.chart = chart
  }

  var html: String {
    let numbers = numbers.isEmpty ? "" : " <span class=\"numbers\">\(Markup.escaped(numbers))</span>"
    let link = chart.map { " <a href=\"#\($0)\">chart</a>" } ?? ""
    return "<li class=\"\(kind)\"><span class=\"sign\" aria-hidden=\"true\">\(kind.sign)</span>"
      + "<span><strong>\(Markup.escaped(claim))</strong>: <em>\(Markup.escaped(words))</em>\(numbers)\(link)</span></li>"
  }
}
