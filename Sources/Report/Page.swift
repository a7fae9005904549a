/// A whole HTML page: one file without scripts that loads nothing.
public struct Page: Sendable {
  /// What it is about, in a few words.
  public let title: String
  /// What was found, in a sentence or two.
  public let subtitle: String
  /// What the reader has to know first, such as that something is not finished; nil if nothing.
  public let notice: String?
  /// Its parts, all in the table of contents.
  public let sections: [Section]
  /// The section that the first link leads to.
  public let results: String?

  /// Creates a page.
  ///
  /// - Parameters:
  ///   - title: What it is about, in a few words.
  ///   - subtitle: What was found, in a sentence or two.
  ///   - notice: What the reader has to know first.
  ///   - sections: Its parts; no id may occur twice.
  ///   - results: The id of the section with what was found; the first if nil.
  public init(title: String, subtitle: String, notice: String? = nil, sections: [Section], results: String? = nil) {
    precondition(Set(sections.map(\.id)).count == sections.count, "Page: two sections have one id")
    precondition(
      results.map { id in sections.contains { $0.id == id } } ?? true, "Page: no section '\(results ?? "")'")
    self.title = title
    self.subtitle = subtitle
    self.notice = notice
    self.sections = sections
    self.results = results
  }

  /// The page as HTML that is well-formed XML, too.
  public var html: String {
    let title = Markup.escaped(title)
    let notice = notice.map { "<p class=\"notice\" role=\"note\">\(Markup.escaped($0))</p>\n" } ?? ""
    let contents = sections.map { "<li><a href=\"#\($0.id)\">\(Markup.escaped($0.title))</a></li>" }
    return """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <title>\(title)</title>
      <style>
      \(ChartStyle.css)
      \(PageStyle.css(marks: sections.flatMap(\.blocks).map(\.marks).max() ?? 0))
      </style>
      </head>
      <body>
      <a class="skip" href="#\(results ?? sections.first?.id ?? "top")">To the results</a>
      <header id="top">
      <h1>\(title)</h1>
      <p class="subtitle">\(Markup.escaped(subtitle))</p>
      \(notice)</header>
      <nav aria-label="Contents"><ol>\(contents.joined())</ol></nav>
      <main>
      \(sections.map(\.html).joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }
}

/// A part of a page, with a heading that the table of contents leads to.
public struct Section: Sendable {
  /// The anchor: letters, digits and hyphens, once on the page.
  public let id: String
  /// The heading.
  public let title: String
  /// What the reader is to see in it; may be empty.
  public let lead: String
  /// What it is made of.
  public let blocks: [Block]

  /// Creates a section.
  ///
  /// - Parameters:
  ///   - id: The anchor: letters, digits and hyphens, once on the page.
  ///   - title: The heading.
  ///   - lead: What the reader is to see in it.
  ///   - blocks: What it is made of.
  public init(id: String, title: String, lead: String = "", blocks: [Block]) {
    self.id = id
    self.title = title
    self.lead = lead
    self.blocks = blocks
  }

  var html: String {
    let lead = lead.isEmpty ? "" : "<p class=\"lead\">\(Markup.escaped(lead))</p>\n"
    return """
      <section id="\(id)" aria-labelledby="\(id)-title">
      <h2 id="\(id)-title">\(Markup.escaped(title))</h2>
      \(lead)\(blocks.map(\.html).joined(separator: "\n"))
      </section>
      """
  }
}
