import Tables

/// The axes of a plot with their grid and references, and the room that their labels take.
struct Frame {
  let y: PlotScale
  let plot: Box
  private let references: [(reference: Reference, lines: [String])]

  /// Makes room for the labels beside and above a plot.
  init(y: Axis, values: [Double], references: [Reference], leastLeft: Double = 0) {
    self.references = references.filter { Omissions.reason(against: $0.value, on: y.scale) == nil }
      .sorted { $0.value > $1.value }
      .map { ($0, Frame.lines($0.name)) }
    let names = self.references.flatMap { $0.lines.map(TextWidth.of) }.max() ?? 0
    let top = Layout.lineHeight + Layout.gap * 1.5
    let bottom = top + Layout.plotHeight
    self.y = PlotScale(
      axis: y, values: values + references.map(\.value), start: bottom, end: top, most: Layout.mostTicks.vertical)
    let labels = self.y.ticks.labels.map(TextWidth.of).max() ?? 0
    plot = Box(
      left: max(leastLeft, labels + Layout.tickGap), top: top,
      right: Layout.width - max(Layout.rightMargin, names + Layout.gap), bottom: bottom)
  }

  private static func lines(_ name: String) -> [String] {
    let wrapped = TextWidth.wrapped(name, to: Layout.referenceWidth)
    let lines = wrapped.count > 2 ? [wrapped[0], wrapped.dropFirst().joined(separator: " ")] : wrapped
    return lines.map { TextWidth.shortened($0, to: Layout.referenceWidth) }
  }

  /// The vertical axis: its title above, a line across the plot at each tick.
  func vertical() -> String {
    var result = Markup.text(y.axis.title, x: 0, y: Layout.fontSize, style: "muted title") + "\n<g class=\"y-axis\">\n"
    for (value, label) in zip(y.ticks.values, y.ticks.labels) {
      let place = y.position(value)
      result +=
        "<g>" + Markup.line("grid", plot.left, place, plot.right, place)
        + Markup.text(label, x: plot.left - Layout.tickGap + 2, y: place + Layout.fontSize / 3, anchor: .end) + "</g>\n"
    }
    return result + "</g>\n"
  }

  /// The line below the plot.
  func baseline(at place: Double? = nil) -> String {
    Markup.line("axis", plot.left, place ?? plot.bottom, plot.right, place ?? plot.bottom) + "\n"
  }

  /// Draws a horizontal axis with its labels below and moves the drawing's bottom below its title.
  static func horizontal(_ axis: Axis, values: [Double], plot: Box, drawing: inout Drawing) -> PlotScale {
    let x = PlotScale(
      axis: axis, values: values, start: plot.left, end: plot.right, most: Layout.mostTicks.horizontal,
      isHorizontal: true)
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
    drawing.bottom = plot.bottom + 2 * Layout.lineHeight + Layout.gap / 2
    drawing.body +=
      Markup.text(
        x.axis.title, x: Layout.width / 2, y: drawing.bottom, anchor: .middle, style: "muted title") + "\n"
    return x
  }

  /// The references, each with its name at its end; names keep their distance.
  func referenceLines() -> String {
    let heights = references.map { Double($0.lines.count) * Layout.fontSize }
    var places = references.map { y.position($0.reference.value) }
    for index in places.indices.dropFirst() {
      places[index] = max(places[index], places[index - 1] + (heights[index - 1] + heights[index]) / 2)
    }
    var floor = plot.bottom + Layout.fontSize / 2
    for index in places.indices.reversed() {
      places[index] = min(places[index], floor - heights[index] / 2)
      floor = places[index] - heights[index] / 2
    }
    return references.indices.map { index in
      let (reference, lines) = references[index]
      let line = y.position(reference.value)
      let first = places[index] - heights[index] / 2 + Layout.fontSize * 0.83
      let names = lines.enumerated().map { number, name in
        Markup.text(name, x: plot.right + Layout.gap / 2, y: first + Double(number) * Layout.fontSize)
      }
      return "<g class=\"level\"><title>\(reference.title.inMarkup)</title>"
        + Markup.line("reference", plot.left, line, plot.right, line) + names.joined() + "</g>\n"
    }.joined()
  }
}

/// Names below equal slots: in one line or a few where they fit, else slanted and, where slots are narrow, only some.
enum CategoryLabels {
  private static let mostLines = 3

  /// Returns how far the first slanted name reaches to the left of the plot, 0 if names are not slanted.
  static func overhang(_ names: [String], plotWidth: Double) -> Double {
    let slot = plotWidth / Double(max(1, names.count))
    guard lines(names, slot) == nil, let first = names.first else { return 0 }
    return max(0, min(Layout.rotatedWidth, TextWidth.of(first)) / 2.0.squareRoot() - slot / 2 + Layout.gap)
  }

  /// Appends the names below a plot and moves the drawing's bottom below them.
  static func below(_ names: [String], plot: Box, drawing: inout Drawing) {
    let slot = plot.width / Double(max(1, names.count))
    drawing.body += "<g class=\"categories\">\n"
    drawing.bottom = plot.bottom + 1
    if let lines = lines(names, slot) {
      for (index, name) in lines.enumerated() {
        for (number, line) in name.enumerated() {
          drawing.body +=
            Markup.text(
              line, x: plot.left + (Double(index) + 0.5) * slot,
              y: drawing.bottom + Double(number + 1) * Layout.lineHeight, anchor: .middle) + "\n"
        }
      }
      drawing.bottom += Double(lines.map(\.count).max() ?? 0) * Layout.lineHeight
    } else {
      let every = Int((Layout.lineHeight * 1.2 / slot).rounded(.up))
      for (index, name) in names.enumerated() where index.isMultiple(of: every) {
        let middle = plot.left + (Double(index) + 0.5) * slot
        // A slanted name must not leave the drawing on the left.
        let width = min(Layout.rotatedWidth, middle * 2.0.squareRoot())
        drawing.body +=
          Markup.text(
            name, x: middle + 4, y: plot.bottom + Layout.fontSize, anchor: .end, width: width, rotation: -45) + "\n"
      }
      let widest = min(names.map(TextWidth.of).max() ?? 0, Layout.rotatedWidth)
      drawing.bottom = plot.bottom + Layout.fontSize + (widest + 4) / 2.0.squareRoot()
    }
    drawing.body += "</g>\n"
  }

  /// The lines of each name if all words of all names fit into a slot.
  private static func lines(_ names: [String], _ slot: Double) -> [[String]]? {
    let room = slot - Layout.gap
    let lines = names.map { TextWidth.wrapped($0, to: room) }
    return lines.allSatisfy { $0.count <= mostLines && $0.allSatisfy { TextWidth.of($0) <= room } } ? lines : nil
  }
}
