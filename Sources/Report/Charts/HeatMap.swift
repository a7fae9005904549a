import Tables

/// A table of numbers as colours, the first row above.
struct HeatMap: Chart {
  let title: String
  let rows: [String]
  let columns: [String]
  let rowLabel: String
  let columnLabel: String
  /// A number, or nil where nothing was measured, for each column of each row.
  let values: [[Double?]]
  let scaleLabel: String
  var unit: String?
  /// What the last colour stands for, unless a number is greater; the first stands for 0, unless a number is less.
  var most: Double?

  private var axis: Axis { Axis(label: scaleLabel, unit: unit) }

  var omissions: Omissions {
    var omissions = Omissions()
    for value in values.joined() { if let value { _ = omissions.draws((value, .linear)) } }
    return omissions
  }

  private var drawable: [(name: String, value: Double)] {
    rows.indices.flatMap { row in
      columns.indices.compactMap { column in number(row, column).map { (name(row, column), $0) } }
    }
  }

  private func name(_ row: Int, _ column: Int) -> String {
    "\(rowLabel) \(rows[row]), \(columnLabel) \(columns[column])"
  }

  /// The number of a cell; nil if it has no colour.
  fileprivate func number(_ row: Int, _ column: Int) -> Double? {
    values[row][column].flatMap { Omissions.reason(against: $0, on: .linear) == nil ? $0 : nil }
  }

  var sentences: [String] {
    let size = "\(axis.title) of \(rowLabel) (\(rows.count)) and \(columnLabel) (\(columns.count))"
    return [Wording.extremes(of: size, drawable)]
  }

  var table: Table {
    Table(
      headings: ["\(rowLabel) \\ \(columnLabel)"] + columns,
      rows: zip(rows, values).map { [.text($0)] + $1.map { .optional($0) } }, notes: [axis.title] + omissions.sentences)
  }

  func drawing(id: String) -> Drawing? {
    let numbers = drawable.map(\.value)
    guard let low = numbers.min(), let high = numbers.max() else { return nil }
    let grid = HeatGrid(map: self, scale: most.map { min(0, low)...max($0, high) } ?? low...high)
    var drawing = Drawing(bottom: grid.plot.bottom)
    drawing.body =
      Markup.text("\(rowLabel) ↓", x: 0, y: Layout.fontSize, style: "muted title", width: Layout.width / 3) + "\n"
    drawing.body += grid.rowNames
    let hasTargets = rows.count * columns.count <= Layout.mostCells
    for row in rows.indices {
      for column in columns.indices {
        let (box, value) = (grid.cell(row, column), values[row][column])
        let title = name(row, column) + ": " + (value.map { axis.words($0) } ?? "nothing was measured")
        drawing.body += grid.cell(row, column, title: hasTargets ? nil : title)
        guard hasTargets else { continue }
        drawing.add(
          target: Markup.rectangle(box, "class=\"target\""), title: title,
          value: value.map { Numeral.value($0) } ?? "–",
          at: Point(box.middle, box.top + 4))
      }
    }
    CategoryLabels.below(columns, plot: grid.plot, drawing: &drawing)
    drawing.bottom += Layout.lineHeight
    drawing.body +=
      Markup.text(
        "\(columnLabel) →", x: grid.plot.middle, y: drawing.bottom, anchor: .middle, style: "muted title",
        width: 2 * min(grid.plot.middle, Layout.width - grid.plot.middle)) + "\n"
    drawing.body += grid.colourScale(title: axis.title)
    return drawing
  }
}

/// The cells of a heat map in their places, with its colour scale.
private struct HeatGrid {
  let map: HeatMap
  let scale: ClosedRange<Double>
  let plot: Box
  private let printsNumbers: Bool

  init(map: HeatMap, scale: ClosedRange<Double>) {
    (self.map, self.scale) = (map, scale)
    let (rows, columns) = (map.rows, map.columns)
    let names = min(Layout.rowLabelWidth, rows.map(TextWidth.of).max() ?? 0)
    let top = Layout.lineHeight * 2
    let numbers = [scale.lowerBound, scale.upperBound].map { TextWidth.of(Numeral.value($0, digits: 3)) }.max() ?? 0
    let left = names + Layout.gap
    let right = Layout.width - Layout.scaleWidth - 2.5 * Layout.gap - numbers
    let cellWidth = (right - left) / Double(columns.count)
    let height = max(
      Layout.leastCellHeight,
      min(Layout.cellHeight, Layout.plotHeight * 1.6 / Double(rows.count), max(cellWidth, Layout.lineHeight)))
    plot = Box(left: left, top: top, right: right, bottom: top + height * Double(rows.count))
    let widest = map.values.joined().compactMap { $0.map { TextWidth.of(Numeral.value($0, digits: 2)) } }.max() ?? 0
    printsNumbers = widest + 4 <= cellWidth && height >= Layout.fontSize + 2
  }

  func cell(_ row: Int, _ column: Int) -> Box {
    let (width, height) = (plot.width / Double(map.columns.count), plot.height / Double(map.rows.count))
    let (left, top) = (plot.left + width * Double(column), plot.top + height * Double(row))
    return Box(left: left, top: top, right: left + width, bottom: top + height)
  }

  /// Returns the coloured cell, an empty one with a dashed border if there is no number, and its number where there is room.
  func cell(_ row: Int, _ column: Int, title: String?) -> String {
    let (box, level) = (cell(row, column), level(row, column))
    let style = level.map { (box.width < Layout.borderedCell ? "" : "cell ") + "h\($0)" } ?? "absent"
    let rectangle = Markup.rectangle(box, "class=\"\(style)\"", title: title) + "\n"
    guard printsNumbers, let value = map.values[row][column] else { return rectangle }
    return rectangle
      + Markup.text(
        Numeral.value(value, digits: 2), x: box.middle, y: box.centre + Layout.fontSize / 3, anchor: .middle,
        style: level.map { "on\($0)" } ?? "") + "\n"
  }

  /// The names to the left, as many as there is room for.
  var rowNames: String {
    let every = Int((Layout.fontSize / (plot.height / Double(map.rows.count))).rounded(.up))
    let names = map.rows.indices.filter { $0.isMultiple(of: every) }.map { row in
      Markup.text(
        map.rows[row], x: plot.left - Layout.gap / 2, y: cell(row, 0).centre + Layout.fontSize / 3, anchor: .end,
        width: Layout.rowLabelWidth) + "\n"
    }
    return "<g class=\"names\">\n\(names.joined())</g>\n"
  }

  /// The colours beside the cells, the most above, with the numbers that they stand for.
  func colourScale(title: String) -> String {
    let left = plot.right + Layout.gap
    let (right, height) = (left + Layout.scaleWidth, plot.height / Double(Palette.levelCount))
    var result = Markup.text(
      title, x: Layout.width, y: Layout.fontSize, anchor: .end, style: "muted title", width: Layout.width * 0.6)
    result += "\n<g class=\"scale\">\n"
    for level in 0..<Palette.levelCount {
      let top = plot.bottom - Double(level + 1) * height
      result +=
        Markup.rectangle(
          Box(left: left, top: top, right: right, bottom: top + height), "class=\"h\(level)\"") + "\n"
    }
    for (value, place) in [(scale.upperBound, plot.top + Layout.fontSize * 0.8), (scale.lowerBound, plot.bottom)] {
      result += Markup.text(Numeral.value(value, digits: 3), x: right + Layout.gap / 2, y: place) + "\n"
    }
    return result + "</g>\n"
  }

  /// Returns the colour of a cell, from 0; nil if there is no number.
  private func level(_ row: Int, _ column: Int) -> Int? {
    guard let value = map.number(row, column) else { return nil }
    let (low, high) = (scale.lowerBound, scale.upperBound)
    let part = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5
    // A number far beyond the scale is more than an integer holds: its place comes before its level.
    return min(Palette.levelCount - 1, Int(max(0, min(1, part)) * Double(Palette.levelCount)))
  }
}
