/// The same text marked in several ways: by layer, for instance, and by surprise.
///
/// A mark is a background with a number below it, so that it is read without colour, too.
package struct MarkedTexts: Sendable {
  /// What a mark's background says.
  package enum Scale: Sendable {
    /// Which of so many different things it is; things are numbered from 1.
    case things(Int)
    /// How much it is, from 0 to ``levels``.
    case amounts
  }

  /// The highest amount; more is shown as this.
  package static let levels = 9

  /// Symbols with a mark each.
  package struct Text: Sendable {
    /// What it is the text of.
    package let title: String
    /// The symbols.
    package let symbols: [String]
    /// A mark from 0 for each symbol; nil where there is none.
    package let marks: [Int?]

    /// Creates a marked text.
    package init(title: String, symbols: [String], marks: [Int?]) {
      precondition(symbols.count == marks.count, "MarkedTexts: \(symbols.count) symbols, \(marks.count) marks")
      self.title = title
      self.symbols = symbols
      self.marks = marks
    }
  }

  /// Texts marked in one way, below one another.
  package struct View: Sendable {
    /// What the reader chooses.
    package let title: String
    /// What the background says.
    package let scale: Scale
    /// What the reader is to see; above the texts.
    package let caption: String
    /// The texts.
    package let texts: [Text]

    /// Creates a view.
    package init(title: String, scale: Scale, caption: String, texts: [Text]) {
      self.title = title
      self.scale = scale
      self.caption = caption
      self.texts = texts
    }
  }

  /// Letters, digits and hyphens, once on the page.
  package let id: String
  /// The ways, of which one is shown at a time; on paper all.
  package let views: [View]

  /// Creates marked texts.
  package init(id: String, views: [View]) {
    self.id = id
    self.views = views
  }

  /// How many different things there are at most.
  var marks: Int {
    views.map { view in
      if case .things(let count) = view.scale { count } else { 0 }
    }.max() ?? 0
  }
}
