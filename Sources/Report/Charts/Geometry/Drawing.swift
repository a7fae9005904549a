import Tables

/// An SVG as it grows downwards: the plot, then its legend, then notes.
struct Drawing {
  /// What has been drawn, the first at the back.
  var body = ""
  /// Points that show their values, above everything else.
  var targets = ""
  /// Where the next thing below goes.
  var bottom: Double

  /// A drawing that says why there are no axes.
  init(nothingBut omissions: Omissions) {
    bottom = Layout.lineHeight * 3
    let text = omissions.sentences.isEmpty ? "Nothing was measured." : "Nothing can be drawn."
    body = Markup.text(
      text, x: Layout.width / 2, y: bottom - Layout.lineHeight, anchor: .middle, style: "muted nothing")
    add(notes: omissions.sentences)
  }

  init(bottom: Double) { self.bottom = bottom }

  /// Appends a shape that shows its value when pointed at or touched; the keyboard has the table, one stop instead of hundreds.
  mutating func add(target shape: String, title: String, value: String, at place: Point) {
    let half = TextWidth.of(value) / 2 + 2
    let x = max(half, min(Layout.width - half, place.x))
    let above = place.y - Layout.targetRadius - 4
    let y = above > Layout.fontSize ? above : place.y + Layout.targetRadius + Layout.fontSize
    targets +=
      "<g class=\"point\" tabindex=\"-1\" role=\"img\">"
      + "<title>\(title.inMarkup)</title>\(shape)"
      + Markup.text(value, x: x, y: y, style: "value") + "</g>\n"
  }

  /// Appends a point that shows its value when pointed at or touched.
  mutating func add(point place: Point, title: String, value: String) {
    let (x, y, radius) = (Markup.number(place.x), Markup.number(place.y), Markup.number(Layout.targetRadius))
    let circle = "<circle class=\"target\" cx=\"\(x)\" cy=\"\(y)\" r=\"\(radius)\"/>"
    add(target: circle, title: title, value: value, at: place)
  }

  /// Appends a legend: keys drawn in a box each, with their names, as many in a line as there is room for.
  mutating func add(legend entries: [(name: String, key: (Box) -> String)]) {
    guard !entries.isEmpty else { return }
    let most = Layout.width - Layout.keyWidth - Layout.gap
    let widths = entries.map { Layout.keyWidth + min(most, TextWidth.of($0.name)) + 3 * Layout.gap }
    // One after the other if they fit in a line, else in columns.
    let isLine = widths.reduce(0, +) <= Layout.width + 2 * Layout.gap
    let columns = isLine ? entries.count : max(1, Int((Layout.width + 2 * Layout.gap) / (widths.max() ?? 1)))
    bottom += Layout.gap
    body += "<g class=\"legend\">\n"
    for (index, entry) in entries.enumerated() {
      let (column, row) = (index % columns, index / columns)
      let left = isLine ? widths[..<column].reduce(0, +) : Double(column) * Layout.width / Double(columns)
      let top = bottom + Double(row) * Layout.lineHeight
      let box = Box(left: left, top: top, right: left + Layout.keyWidth, bottom: top + Layout.lineHeight)
      body +=
        "<g class=\"entry\">" + entry.key(box)
        + Markup.text(entry.name, x: box.right + Layout.gap, y: box.centre + Layout.fontSize / 3, width: most)
        + "</g>\n"
    }
    body += "</g>\n"
    bottom += (Double((entries.count + columns - 1) / columns)) * Layout.lineHeight
  }

  /// Appends sentences.
  mutating func add(notes: [String]) {
    for line in notes.flatMap({ TextWidth.wrapped($0 + ".", to: Layout.width) }) {
      bottom += Layout.lineHeight
      body += Markup.text(line, x: 0, y: bottom, style: "muted note") + "\n"
    }
  }

  /// Returns the element with its text alternative.
  func svg(id: String, chart: some Chart) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" class="chart" role="graphics-document img" \
    viewBox="0 0 \(Markup.number(Layout.width)) \(Markup.number(bottom + Layout.gap))" \
    aria-labelledby="\(id)-title" aria-describedby="\(id)-summary">
    <title id="\(id)-title">\(chart.title.inMarkup)</title>
    <desc id="\(id)-summary">\(chart.summary.inMarkup)</desc>
    \(body)\(targets)</svg>
    """
  }
}
