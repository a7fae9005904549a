/// The axes of a plot with their grid and references, and the room that their labels take.
struct Frame {
  /// The vertical axis, upwards.
  let y: PlotScale
  /// The plot between its axes.
  let plot: Box
  private let references: [Reference]
  private let verticals: [Reference]

  /// Makes room for the labels beside and above a plot.
  ///
  /// - Parameters:
  ///   - y: What is measured upwards.
  ///   - values: What the vertical axis must show, the references apart.
  ///   - references: Horizontal lines.
  ///   - verticals: Vertical lines.
  init(y: Axis, values: [Double], references: [Reference], verticals: [Reference] = []) {
    self.references = references.filter { Omissions.reason(against: $0.value, on: y.scale) == nil }
    self.verticals = verticals
    let names = self.references.map { TextWidth.of($0.name) + 2 }.max() ?? 0
    let rows = verticals.isEmpty ? 0.0 : min(3, Double(verticals.count))
    let top = Layout.lineHeight * (1 + rows) + Layout.gap * 1.5
    let bottom = top + Layout.plotHeight
    self.y = PlotScale(
      axis: y, values: values + self.references.map(\.value), start: bottom, end: top, most: Layout.mostTicks.vertical)
    plot = Box(
      left: (self.y.ticks.labels.map(TextWidth.of).max() ?? 0) + Layout.gap, top: top,
      right: Layout.width - max(Layout.rightMargin, min(names, Layout.referenceWidth) + Layout.gap), bottom: bottom)
  }

  /// The scale of a horizontal axis below the plot.
  func horizontal(_ axis: Axis, values: [Double]) -> PlotScale {
    PlotScale(
      axis: axis, values: values, start: plot.left, end: plot.right, most: Layout.mostTicks.horizontal,
      isHorizontal: true)
  }

  /// The vertical axis: its title above, a line across the plot at each tick.
  func vertical() -> String {
    var result = Markup.text(y.axis.title, x: 0, y: Layout.fontSize, style: "muted title") + "\n<g class=\"y-axis\">\n"
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      let place = y.position(value)
      result +=
        "<g>" + Markup.line("grid", plot.left, place, plot.right, place)
        + Markup.text(label, x: plot.left - Layout.gap / 2, y: place + Layout.fontSize / 3, anchor: .end) + "</g>\n"
    }
    return result + "</g>\n"
  }

  /// The line below the plot.
  func baseline(at place: Double? = nil) -> String {
    Markup.line("axis", plot.left, place ?? plot.bottom, plot.right, place ?? plot.bottom) + "\n"
  }

  /// A horizontal axis with its labels below; moves the drawing's bottom below its title.
  static func horizontal(_ x: PlotScale, plot: Box, drawing: inout Drawing) {
    var result = "<g class=\"x-axis\">\n"
    let middles = x.labelPositions
    for (index, value) in x.ticks.values.enumerated() {
      let place = x.position(value)
      result +=
        "<g>" + Markup.line("grid", place, plot.top, place, plot.bottom + Layout.gap / 2)
        + Markup.text(
          x.ticks.labels[index], x: middles[index], y: plot.bottom + Layout.lineHeight + 1, anchor: .middle) + "</g>\n"
    }
    drawing.body += result + "</g>\n"
    drawing.bottom = plot.bottom + 2 * Layout.lineHeight + 2
    drawing.body +=
      Markup.text(
        x.axis.title, x: Layout.width / 2, y: drawing.bottom, anchor: .middle, style: "muted title") + "\n"
  }

  /// The references, each with its name at its end.
  func referenceLines(x: PlotScale? = nil) -> String {
    var result = ""
    // Names keep their distance, the lowest pushed up from the bottom last.
    let sorted = references.sorted { $0.value > $1.value }
    var places = sorted.map { y.position($0.value) }
    for index in places.indices.dropFirst() { places[index] = max(places[index], places[index - 1] + Layout.fontSize) }
    for index in places.indices.reversed() {
      places[index] = min(places[index], plot.bottom - Double(places.count - 1 - index) * Layout.fontSize)
    }
    for (reference, place) in zip(sorted, places) {
      let line = y.position(reference.value)
      result +=
        "<g class=\"level\"><title>\(Markup.escaped(reference.title))</title>"
        + Markup.line("reference", plot.left, line, plot.right, line)
        + Markup.text(
          reference.name, x: plot.right + Layout.gap / 2, y: place + Layout.fontSize / 3,
          width: Layout.referenceWidth) + "</g>\n"
    }
    guard let x else { return result }
    var taken: [Box] = []
    for reference in verticals where Omissions.reason(against: reference.value, on: x.axis.scale) == nil {
      let line = x.position(reference.value)
      let name = TextWidth.shortened(reference.name, to: plot.width / 2)
      let half = TextWidth.of(name) / 2
      let middle = max(half, min(Layout.width - half, line))
      var box = Box(text: name, x: middle, y: plot.top - Layout.gap / 2, anchor: .middle)
      while taken.contains(where: box.overlaps), box.top > 2 * Layout.lineHeight {
        (box.top, box.bottom) = (box.top - Layout.lineHeight, box.bottom - Layout.lineHeight)
      }
      let isFree = !taken.contains(where: box.overlaps)
      taken.append(box)
      result +=
        "<g class=\"event\"><title>\(Markup.escaped(reference.title))</title>"
        + Markup.line("reference", line, plot.top, line, plot.bottom)
        + (isFree ? Markup.text(name, x: middle, y: box.bottom - Layout.fontSize / 4, anchor: .middle) : "") + "</g>\n"
    }
    return result
  }
}
