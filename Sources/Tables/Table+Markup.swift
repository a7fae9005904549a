extension Table {
  /// The table as Markdown, its title and notes as paragraphs; a group stands before the heading of each of its columns.
  package var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.onOneLine.replacing("|", with: #"\|"#) }.joined(separator: " | ") + " |"
    }
    let headings = columns.map { [$0.group, $0.heading].compactMap { $0 }.joined(separator: ": ") }
    let rule = "|" + columns.map { $0.isNumeric ? "---:|" : "---|" }.joined()
    let table = ([line(headings), rule] + texts.map(line)).joined(separator: "\n")
    return ((title.isEmpty ? [] : ["**\(title)**"]) + [table] + notes).joined(separator: "\n\n")
  }

  /// The table as a `<table>` whose first column names the rows and whose caption holds the notes, without its title; of
  /// very many rows an even choice, which the caption says.
  ///
  /// - Parameter mostRows: How many rows are printed at most, at least 2.
  package func html(mostRows: Int = .max) -> String {
    let shown = evenIndices(below: rows.count, atMost: mostRows)
    let left = shown.count < rows.count ? ["\(Numeral.count(shown.count)) of \(Numeral.count(rows.count)) rows"] : []
    let sentences = (notes + left).map { ($0.hasSuffix(".") ? $0 : $0 + ".").inMarkup }
    let caption = sentences.isEmpty ? "" : "<caption>\(sentences.joined(separator: " "))</caption>"
    let body = shown.map { index in
      let cells = zip(rows[index], columns).enumerated().map { position, cell in
        let text = cell.0.text(in: cell.1).inMarkup
        return position == 0 ? "<th scope=\"row\">\(text)</th>" : "<td>\(text)</td>"
      }
      return "<tr>\(cells.joined())</tr>"
    }
    return "<table>\(caption)<thead>\(head)</thead><tbody>\(body.joined(separator: "\n"))</tbody></table>"
  }

  /// One row of headings, or two where columns have groups.
  private var head: String {
    func heading(_ column: Column) -> String { "<th scope=\"col\">\(column.heading.inMarkup)</th>" }
    guard columns.contains(where: { $0.group != nil }) else { return "<tr>\(columns.map(heading).joined())</tr>" }
    var (groups, names) = ("", "")
    var rest = columns[...]
    while let first = rest.first {
      let run = rest.prefix { $0.group == first.group }
      rest = rest.dropFirst(run.count)
      if let group = first.group {
        groups += "<th scope=\"colgroup\" colspan=\"\(run.count)\">\(group.inMarkup)</th>"
        names += run.map(heading).joined()
      } else {
        groups += run.map { "<th scope=\"col\" rowspan=\"2\">\($0.heading.inMarkup)</th>" }.joined()
      }
    }
    return "<tr>\(groups)</tr><tr>\(names)</tr>"
  }
}
