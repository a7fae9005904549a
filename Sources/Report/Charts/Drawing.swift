import Tables

/// An SVG as it grows downwards: the plot, then its legend, then notes.
struct Drawing {
  /// What has been drawn, the first at the back.
  var body = ""
  /// Points that show their values, above everything else.
  var targets = ""
  /// Where the next thing below goes.
  var bottom: Double

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

extension Drawing {
  /// A drawing that says why there are no axes.
  init(nothingBut omissions: Omissions) {
    self.init(bottom: Layout.lineHeight * 3)
    let text = omissions.sentences.isEmpty ? "Nothing was measured." : "Nothing can be drawn."
    body = Markup.text(
      text, x: Layout.width / 2, y: bottom - Layout.lineHeight, anchor: .middle, style: "muted nothing")
  }
}

/// A rectangle of a drawing, y downwards.
struct Box: Equatable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  var width: Double { right - left }
  var height: Double { bottom - top }
  var middle: Double { (left + right) / 2 }
  /// The middle from top to bottom.
  var centre: Double { (top + bottom) / 2 }
}

/// All sizes of a drawing, in units of its view box.
///
/// A drawing is as wide as its place on the page. On a page of 360 pixels with its margins the text of
/// 14 units has 10 pixels.
enum Layout {
  static let width = 460.0
  /// The height of a plot between its axes.
  static let plotHeight = 230.0
  static let fontSize = 14.0
  /// From one line of text to the next.
  static let lineHeight = 18.0
  /// Between neighbours that must not touch.
  static let gap = 8.0
  /// Between a vertical axis and its labels, so that a marker on the axis fits.
  static let tickGap = 11.0
  /// The least distance of a plot from the right edge.
  static let rightMargin = 18.0
  /// The widest label at the end of a reference.
  static let referenceWidth = 104.0
  /// The longest rotated label of a category.
  static let rotatedWidth = 92.0
  /// The widest label of a row of a heat map.
  static let rowLabelWidth = 130.0
  static let markerRadius = 4.0
  /// The radius in which a point is under the pointer, and of its focus ring.
  static let targetRadius = 9.0
  /// The length of a line in the legend.
  static let keyWidth = 30.0
  static let widestBar = 44.0
  /// The height of a row of an interval chart below its label.
  static let intervalHeight = 28.0
  /// The greatest height of a heat map's cell.
  static let cellHeight = 36.0
  /// The least height of a heat map's cell.
  static let leastCellHeight = 6.0
  /// The width of a heat map's colour scale.
  static let scaleWidth = 14.0
  /// The most ticks of an axis.
  static let mostTicks = (horizontal: 9, vertical: 7)
  /// Above so many points a series is thinned to as many as `thinnedPoints` that can be pointed at.
  static let mostPoints = 60
  /// How many points of a thinned series can be pointed at.
  static let thinnedPoints = 40
  /// How many markers tell a line apart on which not every point has one.
  static let sparseMarkers = 5
  /// Narrower cells of a heat map have no borders.
  static let borderedCell = 12.0
  /// Above so many cells those of a heat map show their values as titles only.
  static let mostCells = 100
}
