import Tables

/// A table of numbers as colours, the first row above.
package struct HeatMap: Chart {
  /// What is shown.
  package let title: String
  /// The names of the rows, from top to bottom.
  package let rows: [String]
  /// The names of the columns, from left to right.
  package let columns: [String]
  /// What the rows are.
  package let rowLabel: String
  /// What the columns are.
  package let columnLabel: String
  /// A number, or nil where nothing was measured, for each column of each row.
  package let values: [[Double?]]
  /// What the numbers measure.
  package let scaleLabel: String
  /// What they are counted in.
  package let unit: String?
  /// What the first and the last colour stand for; the least and the greatest number if nil.
  package let range: ClosedRange<Double>?

  /// Creates a heat map.
  package init(
    title: String, rows: [String], columns: [String], rowLabel: String, columnLabel: String, values: [[Double?]],
    scaleLabel: String, unit: String? = nil, range: ClosedRange<Double>? = nil
  ) {
    precondition(values.count == rows.count, "HeatMap: \(rows.count) rows expected, found \(values.count)")
    for row in values {
      precondition(row.count == columns.count, "HeatMap: \(columns.count) columns expected, found \(row.count)")
    }
    precondition(
      range.map { $0.lowerBound.isFinite && $0.upperBound.isFinite } ?? true, "HeatMap: a finite range expected")
    self.title = title
    self.rows = rows
    self.columns = columns
    self.rowLabel = rowLabel
    self.columnLabel = columnLabel
    self.values = values
    self.scaleLabel = scaleLabel
    self.unit = unit
    self.range = range
  }

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

  private var notes: [String] {
    guard let range else { return omissions.sentences }
    let beyond = drawable.filter { !range.contains($0.value) }.count
    let verb = beyond == 1 ? "lies" : "lie"
    return omissions.sentences
      + (beyond == 0 ? [] : ["\(Wording.count(beyond, "value")) \(verb) beyond the ends of the colour scale"])
  }

  /// What is plotted, with the lowest and the highest cell.
  package var summary: String {
    let size = "\(axis.title) of \(rowLabel) (\(rows.count)) and \(columnLabel) (\(columns.count))"
    return Wording.text([Wording.extremes(of: size, drawable)] + notes)
  }

  /// The same rows and columns.
  package var table: Table {
    Table(
      headings: ["\(rowLabel) \\ \(columnLabel)"] + columns,
      rows: zip(rows, values).map { [.text($0)] + $1.map { .optional($0) } }, notes: [axis.title] + notes)
  }

  /// Returns the drawing as an `<svg>` element.
  package func svg(id: String) -> String {
    let numbers = drawable.map(\.value)
    guard let low = range?.lowerBound ?? numbers.min(), let high = range?.upperBound ?? numbers.max(),
      !numbers.isEmpty
    else { return Drawing(nothingBut: omissions).svg(id: id, chart: self) }
    let grid = HeatGrid(rows: rows, columns: columns, values: values, scale: low...high)
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
    drawing.add(notes: notes)
    return drawing.svg(id: id, chart: self)
  }
}
