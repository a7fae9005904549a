import Tables

/// Estimates with their intervals below one another, and a line at zero: what differs and what may not.
struct IntervalChart: Chart {
  let title: String
  /// To the right; a linear axis shows 0.
  let x: Axis
  let rows: [IntervalRow]

  /// The intervals that can be drawn, nil for others, of rows whose mean can be.
  private var drawn: (rows: [(mean: Double, interval: ClosedRange<Double>?)?], omissions: Omissions) {
    var omissions = Omissions()
    let result = rows.map { row -> (mean: Double, interval: ClosedRange<Double>?)? in
      let interval = row.interval.flatMap { omissions.draws($0, x.scale) ? $0 : nil }
      return omissions.draws((row.mean, x.scale)) ? (row.mean, interval) : nil
    }
    return (result, omissions)
  }

  var omissions: Omissions { drawn.omissions }

  var sentences: [String] {
    ["\(x.title) with intervals, \(Wording.count(rows.count, "row"))"]
      + rows.map { "\($0.label): \(Numeral.value($0.mean))\(Wording.interval($0.interval))" }
  }

  var table: Table {
    Table(
      headings: ["", x.title, "from", "to"],
      rows: rows.map { [.text($0.label), .number($0.mean)] + Table.Cell.ends($0.interval) },
      notes: omissions.sentences)
  }

  private func number(_ row: IntervalRow) -> String { Numeral.value(row.mean, digits: 3) }

  /// How wide a row's label may be: the mean stands at its end.
  private func room(_ row: IntervalRow) -> Double { Layout.width - TextWidth.of(number(row)) - 2 * Layout.gap }

  /// A row's label in lines, at least one: what rows differ in may stand at their ends.
  private func lines(_ row: IntervalRow) -> [String] {
    let lines = TextWidth.wrapped(row.label, to: room(row))
    return lines.isEmpty ? [""] : lines
  }

  func drawing(id: String) -> Drawing? {
    let drawn = drawn.rows
    let values = drawn.compactMap { $0 }.flatMap { row in
      [row.mean] + (row.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
    }
    guard !values.isEmpty else { return nil }
    let labels = rows.map(lines)
    // Where each row begins, and the last one ends.
    let tops = labels.reduce(into: [0.0]) { tops, lines in
      tops.append((tops.last ?? 0) + Layout.lineHeight * Double(lines.count) + Layout.intervalHeight)
    }
    let plot = Box(
      left: Layout.rightMargin, top: 0, right: Layout.width - Layout.rightMargin, bottom: tops.last ?? 0)
    var drawing = Drawing(bottom: 0)
    let scale = Frame.horizontal(x.includingZero, values: values, plot: plot, drawing: &drawing)
    drawing.body += Markup.line("axis", plot.left, plot.bottom, plot.right, plot.bottom) + "\n"
    if x.scale == .linear {
      drawing.body += Markup.line("axis zero", scale.position(0), plot.top, scale.position(0), plot.bottom) + "\n"
    }
    for (index, row) in rows.enumerated() {
      let first = tops[index] + Layout.fontSize
      for (line, words) in labels[index].enumerated() {
        let y = first + Layout.lineHeight * Double(line)
        drawing.body += Markup.text(words, x: 0, y: y, style: "backed", width: room(row))
      }
      let baseline = tops[index + 1] - Layout.intervalHeight - Layout.lineHeight + Layout.fontSize
      drawing.body += Markup.text(number(row), x: Layout.width, y: first, anchor: .end, style: "backed") + "\n"
      guard let shown = drawn[index] else { continue }
      let middle = Point(scale.position(shown.mean), baseline + Layout.intervalHeight / 2 + 1)
      if let interval = shown.interval {
        drawing.body += Whisker.horizontal(
          at: middle.y, from: scale.position(interval.lowerBound), to: scale.position(interval.upperBound), height: 8)
      }
      drawing.body += SeriesStyle(index: 0).markers(at: [middle]) + "\n"
      drawing.add(
        point: middle, title: "\(row.label): \(x.words(row.mean))" + Wording.interval(row.interval),
        value: Numeral.value(row.mean) + Wording.interval(shown.interval))
    }
    return drawing
  }
}

/// A row of an interval chart: an estimate with what it is known to lie in.
struct IntervalRow: Sendable, Equatable {
  let label: String
  let mean: Double
  let interval: ClosedRange<Double>?
}

/// An interval as a line with ends.
enum Whisker {
  static func vertical(at x: Double, from start: Double, to end: Double, width: Double) -> String {
    let (left, right) = (Markup.number(x - width / 2), Markup.number(x + width / 2))
    return "<path class=\"whisker\" d=\"M\(left),\(Markup.number(start))H\(right)"
      + "M\(Markup.pair(x, start))V\(Markup.number(end))M\(left),\(Markup.number(end))H\(right)\"/>\n"
  }

  static func horizontal(at y: Double, from start: Double, to end: Double, height: Double) -> String {
    let (top, bottom) = (Markup.number(y - height / 2), Markup.number(y + height / 2))
    return "<path class=\"whisker\" d=\"M\(Markup.number(start)),\(top)V\(bottom)"
      + "M\(Markup.pair(start, y))H\(Markup.number(end))M\(Markup.number(end)),\(top)V\(bottom)\"/>\n"
  }
}
