import Tables

/// The same text marked in several ways: by layer, for instance, and by surprise.
///
/// A mark is a background with a number below it, so that it is read without colour, too.
struct MarkedTexts: Sendable {
  /// What a mark's background says.
  enum Scale: Sendable {
    /// Which of so many different things it is; things are numbered from 1.
    case things(Int)
    /// How much it is, from 0 to ``levels``.
    case amounts
  }

  /// The highest amount; more is shown as this.
  static let levels = 9

  /// Symbols with a mark each.
  struct Text: Sendable {
    let title: String
    let symbols: [String]
    /// A mark from 0 for each symbol; nil where there is none.
    let marks: [Int?]
  }

  /// Texts marked in one way, below one another.
  struct View: Sendable {
    let title: String
    let scale: Scale
    /// What the reader is to see; above the texts.
    let caption: String
    let texts: [Text]
  }

  /// Letters, digits and hyphens, once on the page.
  let id: String
  /// The ways, of which one is shown at a time; on paper all.
  let views: [View]

  /// How many different things there are at most.
  var marks: Int {
    views.map { view in
      if case .things(let count) = view.scale { count } else { 0 }
    }.max() ?? 0
  }
}

extension MarkedTexts {
  /// Radio buttons, each followed by what it shows: the style sheet shows what follows the chosen one.
  var html: String {
    let parts = views.enumerated().map { index, view in
      let chosen = index == 0 ? " checked=\"checked\"" : ""
      return """
        <input type="radio" name="\(id)" id="\(id)-\(index)"\(chosen)/><label for="\(id)-\(index)">\
        \(view.title.inMarkup)</label>
        <div class="view"><p class="caption"><strong class="paper">\(view.title.inMarkup). </strong>\
        \(view.caption.inMarkup) \(view.key)</p>
        \(view.texts.map { view.html($0) }.joined(separator: "\n"))
        </div>
        """
    }
    return
      "<fieldset class=\"views\" id=\"\(id)\"><legend>Marked by</legend>\n\(parts.joined(separator: "\n"))</fieldset>"
  }
}

extension MarkedTexts.View {
  /// The name of a mark's class.
  fileprivate func name(_ mark: Int) -> String {
    switch scale {
    case .things: "x\(mark)"
    case .amounts: "q\(min(MarkedTexts.levels, max(0, mark)))"
    }
  }

  /// Every mark once.
  fileprivate var key: String {
    let marks =
      switch scale {
      case .things(let count): Array(0..<count)
      case .amounts: Array(0...MarkedTexts.levels)
      }
    return "<span class=\"key marked\">"
      + marks.map { "<b class=\"\(name($0))\">\u{2003}</b>" }.joined(separator: " ") + "</span>"
  }

  /// Neighbours with the same mark are one element.
  fileprivate func html(_ text: MarkedTexts.Text) -> String {
    var (result, index) = ("", 0)
    while index < text.symbols.count {
      let mark = text.marks[index]
      var (shown, isLineEnd) = ("", false)
      while index < text.symbols.count, text.marks[index] == mark, !isLineEnd {
        isLineEnd = text.symbols[index].unicodeScalars.last == "\n"
        shown += Signs.of(text.symbols[index])
        index += 1
      }
      let escaped = shown.inMarkup
      result += mark.map { "<b class=\"\(name($0))\">\(escaped)</b>" } ?? escaped
      if isLineEnd { result += "<br/>" }
    }
    return "<h3>\(text.title.inMarkup)</h3><p class=\"marked\">\(result)</p>"
  }
}
