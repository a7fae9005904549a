import Tables

/// A whole HTML page: one file without scripts that loads nothing.
struct Page: Sendable {
  let title: String
  /// What was found, in a sentence or two.
  let subtitle: String
  /// What the reader has to know first, such as that something is not finished; nil if nothing.
  let notice: String?
  let sections: [Section]
  /// The section that the first link leads to.
  let results: String?

  init(title: String, subtitle: String, notice: String? = nil, sections: [Section], results: String? = nil) {
    precondition(Set(sections.map(\.id)).count == sections.count, "Page: two sections have one id")
    precondition(
      results.map { id in sections.contains { $0.id == id } } ?? true, "Page: no section '\(results ?? "")'")
    (self.title, self.subtitle, self.notice, self.sections, self.results) = (title, subtitle, notice, sections, results)
  }

  /// The page as HTML that is well-formed XML, too.
  var html: String {
    let title = title.inMarkup
    let notice = notice.map { "<p class=\"notice\" role=\"note\">\($0.inMarkup)</p>\n" } ?? ""
    let contents = sections.map { "<li><a href=\"#\($0.id)\">\($0.title.inMarkup)</a></li>" }
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
      <p class="subtitle">\(subtitle.inMarkup)</p>
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
struct Section: Sendable {
  /// The anchor: letters, digits and hyphens, once on the page.
  let id: String
  let title: String
  /// What the reader is to see in it; may be empty.
  var lead: String = ""
  let blocks: [Block]

  var html: String {
    let lead = lead.isEmpty ? "" : "<p class=\"lead\">\(lead.inMarkup)</p>\n"
    return """
      <section id="\(id)" aria-labelledby="\(id)-title">
      <h2 id="\(id)-title">\(title.inMarkup)</h2>
      \(lead)\(blocks.map(\.html).joined(separator: "\n"))
      </section>
      """
  }
}
