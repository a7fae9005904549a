import Tables

/// Points with names of their own, told apart by series.
package struct ScatterChart: Chart {
  /// What is shown.
  package let title: String
  /// To the right.
  package let x: Axis
  /// Upwards.
  package let y: Axis
  /// The points; series appear in the legend in the order of their first points.
  package let points: [LabelledPoint]
  /// Horizontal lines, such as the entropy of a source.
  package let references: [Reference]
  /// Which colour, marker and dashes a series has; its position in the legend if there is none.
  package let styles: [String: Int]
  /// Whether a line joins the points of a series in their order.
  package let joinsSeries: Bool

  /// Creates a scatter chart.
  package init(
    title: String, x: Axis, y: Axis, points: [LabelledPoint], references: [Reference] = [], styles: [String: Int] = [:],
    joinsSeries: Bool = false
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.points = points
    self.references = references
    self.styles = styles
    self.joinsSeries = joinsSeries
  }

  private var names: [String] {
    var seen: Set<String> = []
    return points.map(\.series).filter { seen.insert($0).inserted }
  }

  private var omissions: Omissions {
    var omissions = Omissions()
    for point in points { _ = omissions.draws((point.point.x, x.scale), (point.point.y, y.scale)) }
    for reference in references { _ = omissions.draws((reference.value, y.scale)) }
    return omissions
  }

  private var drawable: [LabelledPoint] {
    points.filter { point in
      var omissions = Omissions()
      return omissions.draws((point.point.x, x.scale), (point.point.y, y.scale))
    }
  }

  /// What is plotted, each series with its ends and its lowest and highest value.
  package var summary: String {
    let (names, drawable) = (names, drawable)
    var sentences = ["\(y.title) against \(x.title), \(Wording.count(points.count, "point"))"]
    sentences += names.map { name in Wording.ends(of: name, drawable.filter { $0.series == name }.map(\.point)) }
    return Wording.text(sentences + references.map(\.title) + omissions.sentences)
  }

  /// A row for each point.
  package var table: Table {
    Table(
      headings: ["series", "point", x.title, y.title],
      rows: points.map { [.text($0.series), .text($0.label), .number($0.point.x), .number($0.point.y)] },
      notes: omissions.sentences)
  }

  /// Returns the drawing as an `<svg>` element.
  package func svg(id: String) -> String {
    let drawable = drawable
    guard !drawable.isEmpty else { return Drawing(nothingBut: omissions).svg(id: id, chart: self) }
    let frame = Frame(y: y, values: drawable.map(\.point.y), references: references)
    let scale = frame.horizontal(x, values: drawable.map(\.point.x))
    var drawing = Drawing(bottom: 0)
    drawing.body = frame.vertical()
    Frame.horizontal(scale, plot: frame.plot, drawing: &drawing)
    drawing.body += frame.baseline() + frame.referenceLines()
    func place(_ point: LabelledPoint) -> Point {
      Point(scale.position(point.point.x), frame.y.position(point.point.y))
    }
    let names = names
    let styles = names.enumerated().map { SeriesStyle(index: self.styles[$1] ?? $0) }
    for (name, style) in zip(names, styles) {
      let places = drawable.filter { $0.series == name }.map(place)
      if joinsSeries && places.count > 1 {
        let path = places.map { Markup.pair($0.x, $0.y) }.joined(separator: "L")
        drawing.body += "<path class=\"\(style.lineClass)\" d=\"M\(path)\"/>\n"
      }
      drawing.body += style.markers(at: places) + "\n"
    }
    let lines = joinsSeries ? names.flatMap { name in along(drawable.filter { $0.series == name }.map(place)) } : []
    drawing.body += labels(of: drawable, at: drawable.map(place), lines: lines, in: frame.plot)
    for point in drawable {
      let name = [point.series, point.label].filter { !$0.isEmpty }.joined(separator: ", ")
      drawing.add(
        point: place(point), title: "\(name): \(x.words(point.point.x)), \(y.words(point.point.y))",
        value: "\(Numeral.value(point.point.x)): \(Numeral.value(point.point.y))")
    }
    let joins = joinsSeries
    drawing.add(
      legend: zip(names, styles).map { name, style in
        let key = { (box: Box) in
          let line = "M\(Markup.pair(box.left, box.centre))H\(Markup.number(box.right))"
          return (joins ? "<path class=\"\(style.lineClass)\" d=\"\(line)\"/>" : "")
            + style.markers(at: [Point(box.middle, box.centre)])
        }
        return (name, key)
      })
    drawing.add(notes: omissions.sentences)
    return drawing.svg(id: id, chart: self)
  }

  /// Small boxes along a line.
  private func along(_ places: [Point]) -> [Box] {
    zip(places, places.dropFirst()).flatMap { from, to in
      stride(from: 0.0, through: 1, by: Layout.markerRadius / max(1, abs(to.x - from.x) + abs(to.y - from.y))).map {
        let (x, y) = (from.x + (to.x - from.x) * $0, from.y + (to.y - from.y) * $0)
        return Box(left: x - 1, top: y - 1, right: x + 1, bottom: y + 1)
      }
    }
  }

  /// Labels beside their points, where they hide neither a marker nor a line nor each other.
  private func labels(of points: [LabelledPoint], at places: [Point], lines: [Box], in plot: Box) -> String {
    let radius = Layout.markerRadius + 2
    var taken =
      lines + places.map { Box(left: $0.x - radius, top: $0.y - radius, right: $0.x + radius, bottom: $0.y + radius) }
    var result = ""
    for (point, place) in zip(points, places) where !point.label.isEmpty {
      let label = TextWidth.shortened(point.label, to: plot.width / 2)
      let (above, below) = (place.y - radius - 2, place.y + radius + Layout.fontSize)
      let sides: [(Double, Double, Markup.Anchor)] = [
        (place.x + radius + 2, place.y + Layout.fontSize / 3, .start), (place.x, above, .middle),
        (place.x, below, .middle), (place.x - radius - 2, place.y + Layout.fontSize / 3, .end),
      ]
      for (x, y, anchor) in sides {
        let box = Box(text: label, x: x, y: y, anchor: anchor)
        guard box.left >= plot.left, box.right <= Layout.width, box.bottom <= plot.bottom + 2, box.top >= plot.top - 8,
          !taken.contains(where: box.overlaps)
        else { continue }
        taken.append(box)
        result +=
          Markup.text(
            point.label, x: x, y: y, anchor: anchor, style: "muted backed name", width: plot.width / 2) + "\n"
        break
      }
    }
    return result
  }
}
