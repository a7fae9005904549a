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

  private var omissions: Omissions {
    var omissions = Omissions()
    for value in values.joined() { if let value { _ = omissions.draws((value, .linear)) } }
    return omissions
  }

  private var drawable: [(name: String, value: Double)] {
    rows.indices.flatMap { row in
      columns.indices.compactMap { column in
        guard let value = values[row][column], Omissions.reason(against: value, on: .linear) == nil else { return nil }
        return ("\(rowLabel) \(rows[row]), \(columnLabel) \(columns[column])", value)
      }
    }
  }

  var summary: String {
    let size = "\(axis.title) of \(rowLabel) (\(rows.count)) and \(columnLabel) (\(columns.count))"
    return Wording.text([Wording.extremes(of: size, drawable)] + omissions.sentences)
  }

  var table: Table {
    Table(
      headings: ["\(rowLabel) \\ \(columnLabel)"] + columns,
      rows: zip(rows, values).map { [.text($0)] + $1.map { .optional($0) } }, notes: [axis.title] + omissions.sentences)
  }

  func svg(id: String) -> String {
    let numbers = drawable.map(\.value)
    guard let low = numbers.min(), let high = numbers.max() else {
      return Drawing(nothingBut: omissions).svg(id: id, chart: self)
    }
    let grid = HeatGrid(
      rows: rows, columns: columns, values: values, scale: most.map { min(0, low)...max($0, high) } ?? low...high)
    var drawing = Drawing(bottom: grid.plot.bottom)
    drawing.body =
      Markup.text("\(rowLabel) ↓", x: 0, y: Layout.fontSize, style: "muted title", width: Layout.width / 3) + "\n"
    drawing.body += grid.rowNames
    let hasTargets = rows.count * columns.count <= Layout.mostCells
    for row in rows.indices {
      for column in columns.indices {
        let (box, value) = (grid.cell(row, column), values[row][column])
        let title =
          "\(rowLabel) \(rows[row]), \(columnLabel) \(columns[column]): "
          + (value.map { axis.words($0) } ?? "nothing was measured")
        drawing.body +=
          grid.rectangle(row, column, title: hasTargets ? nil : title)
          + grid.number(row, column)
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
    drawing.add(notes: omissions.sentences)
    return drawing.svg(id: id, chart: self)
  }
}

/// The cells of a heat map in their places, with its colour scale.
struct HeatGrid {
  let rows: [String]
  let columns: [String]
  let values: [[Double?]]
  let scale: ClosedRange<Double>
  let plot: Box
  private let printsNumbers: Bool

  init(rows: [String], columns: [String], values: [[Double?]], scale: ClosedRange<Double>) {
    (self.rows, self.columns, self.values, self.scale) = (rows, columns, values, scale)
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
    let widest = values.joined().compactMap { $0.map { TextWidth.of(Numeral.value($0, digits: 2)) } }.max() ?? 0
    printsNumbers = widest + 4 <= cellWidth && height >= Layout.fontSize + 2
  }

  func cell(_ row: Int, _ column: Int) -> Box {
    let (width, height) = (plot.width / Double(columns.count), plot.height / Double(rows.count))
    let (left, top) = (plot.left + width * Double(column), plot.top + height * Double(row))
    return Box(left: left, top: top, right: left + width, bottom: top + height)
  }

  /// Returns the coloured cell; an empty one with a dashed border if there is no number.
  func rectangle(_ row: Int, _ column: Int, title: String?) -> String {
    let box = cell(row, column)
    let border = box.width < Layout.borderedCell ? "" : "cell "
    let style = level(row, column).map { "\(border)h\($0)" } ?? "absent"
    return Markup.rectangle(box, "class=\"\(style)\"", title: title) + "\n"
  }

  /// Returns the number in a cell, empty if cells have no room.
  func number(_ row: Int, _ column: Int) -> String {
    guard printsNumbers, let value = values[row][column] else { return "" }
    let box = cell(row, column)
    let style = level(row, column).map { "on\($0)" } ?? ""
    return Markup.text(
      Numeral.value(value, digits: 2), x: box.middle, y: box.centre + Layout.fontSize / 3, anchor: .middle,
      style: style) + "\n"
  }

  /// The names to the left, as many as there is room for.
  var rowNames: String {
    let every = Int((Layout.fontSize / (plot.height / Double(rows.count))).rounded(.up))
    let names = rows.indices.filter { $0.isMultiple(of: every) }.map { row in
      Markup.text(
        rows[row], x: plot.left - Layout.gap / 2, y: cell(row, 0).centre + Layout.fontSize / 3, anchor: .end,
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
    guard let value = values[row][column], Omissions.reason(against: value, on: .linear) == nil else { return nil }
    let (low, high) = (scale.lowerBound, scale.upperBound)
    let part = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5
    // A number far beyond the scale is more than an integer holds: its place comes before its level.
    return min(Palette.levelCount - 1, Int(max(0, min(1, part)) * Double(Palette.levelCount)))
  }
}
