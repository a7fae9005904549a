import Tables

/// A piece of a page.
indirect enum Block: Sendable {
  case heading(String)
  case paragraph(String)
  /// Names with what belongs to them.
  case facts([Fact])
  /// A line to be typed.
  case command(String)
  /// Charts beside one another where there is room.
  case figures([Figure])
  /// A table, its title as a heading.
  case table(Table)
  /// Claims with what was found, one line each.
  case verdicts([VerdictLine])
  /// The same text marked in several ways, of which the reader chooses one.
  case markedTexts(MarkedTexts)
  /// Text as it was written, with its lines and with signs for control characters; what it is stands above.
  case sample(title: String, text: String)
  /// What is shown on request.
  case details(summary: String, [Block])

  /// A name with what belongs to it.
  struct Fact: Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// A chart with its place on the page.
  struct Figure: Sendable {
    /// The anchor: letters, digits and hyphens, once on the page.
    let id: String
    let chart: any Chart
    let caption: String?

    init(_ id: String, _ chart: any Chart, caption: String? = nil) {
      (self.id, self.chart, self.caption) = (id, chart, caption)
    }
  }

  /// How many rows of a chart's table are printed.
  private static let mostRows = 40

  /// How many different marks its texts have.
  var marks: Int {
    switch self {
    case .markedTexts(let texts): texts.marks
    case .details(_, let blocks): blocks.map(\.marks).max() ?? 0
    default: 0
    }
  }

  var html: String {
    switch self {
    case .heading(let text): return "<h3>\(text.inMarkup)</h3>"
    case .paragraph(let text): return "<p>\(text.inMarkup)</p>"
    case .facts(let facts):
      let rows = facts.map { "<div><dt>\($0.name.inMarkup)</dt><dd>\($0.value.inMarkup)</dd></div>" }
      return "<dl class=\"facts\">\(rows.joined(separator: "\n"))</dl>"
    case .command(let line):
      return Block.scrolling("Command line", "<pre class=\"command\"><code>\(line.inMarkup)</code></pre>")
    case .figures(let figures):
      let all = figures.map { $0.chart.figure(id: $0.id, caption: $0.caption, mostRows: Block.mostRows) }
      return "<div class=\"figures\">\n\(all.joined(separator: "\n"))\n</div>"
    case .table(let table):
      return "<h3>\(table.title.inMarkup)</h3>\n" + Block.scrolling(table.title, table.html())
    case .verdicts(let lines): return "<ul class=\"verdicts\">\n\(lines.map(\.html).joined(separator: "\n"))\n</ul>"
    case .markedTexts(let texts): return texts.html
    case .sample(let title, let text):
      let lines = Signs.lines(of: text).map(\.inMarkup)
      return "<figure class=\"sample\"><figcaption>\(title.inMarkup)</figcaption>"
        + "<pre>\(lines.joined(separator: "\n"))</pre></figure>"
    case .details(let summary, let blocks):
      return "<details><summary>\(summary.inMarkup)</summary>\n"
        + "\(blocks.map(\.html).joined(separator: "\n"))\n</details>"
    }
  }

  /// What may be wider than a phone scrolls inside a region of its own, which the keyboard reaches.
  private static func scrolling(_ name: String, _ html: String) -> String {
    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(name.inMarkup)\">\n\(html)\n</div>"
  }
}

/// A theorem, and whether it holds for what was compared.
struct VerdictLine: Sendable {
  enum Verdict: String { case agrees, disagrees, inconclusive }

  let claim: String
  /// nil where it was not measured.
  let verdict: Verdict?
  /// The same in words, with the reason if one is needed.
  let words: String
  /// The numbers; may be empty.
  var numbers: String = ""

  /// A sign that does without colour.
  private var sign: String {
    switch verdict {
    case .agrees: "✓"
    case .disagrees: "✗"
    case .inconclusive: "?"
    case nil: "–"
    }
  }

  var html: String {
    let numbers = numbers.isEmpty ? "" : " <span class=\"numbers\">\(numbers.inMarkup)</span>"
    let name = verdict?.rawValue ?? "unmeasured"
    return "<li class=\"\(name)\"><span class=\"sign\" aria-hidden=\"true\">\(sign)</span>"
      + "<span><strong>\(claim.inMarkup)</strong>: <em>\(words.inMarkup)</em>\(numbers)</span></li>"
  }
}

/// Characters that nobody sees, as signs.
enum Signs {
  /// Returns a text with its control characters as signs.
  ///
  /// A carriage return and the line feed after it are two of them, though one `Character`.
  static func of(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "⏎"
      case "\t": result += "⇥"
      case "\u{0}"..."\u{1F}": result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "�")
      case "\u{7F}": result += "␡"
      case "\u{80}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FFFE}"..."\u{FFFF}": result += "�"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Returns the lines of a text, each with its control characters as signs.
  static func lines(of text: String) -> [String] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { of(String($0)) }
  }
}
