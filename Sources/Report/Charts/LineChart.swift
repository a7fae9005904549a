import Tables

/// Curves over a common horizontal axis, with bands around them.
struct LineChart: Chart {
  let title: String
  let x: Axis
  let y: Axis
  let series: [Series]
  var references: [Reference] = []
  /// Whether every point has a marker; a few of each curve have one in any case.
  var markers: Bool = false

  var omissions: Omissions {
    var omissions = Omissions()
    for series in series {
      for point in series.points { _ = omissions.draws((point.x, x.scale), (point.y, y.scale)) }
      for range in series.band ?? [] { _ = omissions.draws(range, y.scale) }
    }
    for reference in references { _ = omissions.draws((reference.value, y.scale)) }
    return omissions
  }

  var sentences: [String] {
    ["\(y.title) against \(x.title), \(Wording.count(series.count, "line"))"]
      + series.map { Wording.ends(of: $0.name, drawable($0).map(\.point)) } + references.map(\.title)
  }

  /// A row for each place on the horizontal axis, where each curve has one value.
  var table: Table {
    let positions = series.map { series in
      Dictionary(series.points.indices.map { (series.points[$0].x, $0) }) { first, _ in first }
    }
    let columns = series.flatMap { Table.headings($0.name, hasIntervals: $0.band != nil) }
    let rows = Set(positions.flatMap(\.keys)).sorted().map { place in
      [Table.Cell.number(place)]
        + zip(series, positions).flatMap { series, positions -> [Table.Cell] in
          let index = positions[place]
          return [.optional(index.map { series.points[$0].y })]
            + (series.band.map { band in Table.Cell.ends(index.map { band[$0] }) } ?? [])
        }
    }
    return Table(headings: [x.title] + columns, rows: rows, notes: [y.title] + omissions.sentences)
  }

  func drawing(id: String) -> Drawing? {
    let drawn = series.map(drawable)
    let points = drawn.flatMap { $0.map(\.point) }
    guard !points.isEmpty else { return nil }
    let ranges = drawn.flatMap { $0.compactMap(\.range) }
    let heights = points.map(\.y) + ranges.flatMap { [$0.lowerBound, $0.upperBound] }
    let frame = Frame(y: y, values: heights, references: references)
    var drawing = Drawing(bottom: 0)
    drawing.body = frame.vertical()
    let scale = Frame.horizontal(x, values: points.map(\.x), plot: frame.plot, drawing: &drawing)
    drawing.body += frame.baseline() + frame.referenceLines()
    let curves = series.indices.map { index in
      Curve(
        style: style(index), points: drawn[index], x: scale, y: frame.y, marksAll: markers,
        offset: Double(index) / Double(series.count))
    }
    drawing.body += curves.map(\.band).joined() + curves.map(\.line).joined() + curves.map(\.markers).joined()
    for (curve, series) in zip(curves, series) {
      for point in curve.reachable {
        drawing.add(
          point: curve.place(point.point),
          title: "\(series.name): \(x.words(point.point.x)), \(y.words(point.point.y))"
            + Wording.interval(point.range),
          value: "\(Numeral.value(point.point.x, digits: 6)): \(Numeral.value(point.point.y))")
      }
    }
    drawing.add(legend: zip(series, curves).map { ($0.name, $1.key) })
    return drawing
  }

  private func style(_ index: Int) -> SeriesStyle {
    SeriesStyle(index: series[index].style ?? index, isDashed: series[index].isDashed)
  }

  /// The points of a series, marked where one before could not be drawn.
  private func drawable(_ series: Series) -> [Curve.Vertex] {
    var (result, run) = ([Curve.Vertex](), 0)
    for (index, point) in series.points.enumerated() {
      var omissions = Omissions()
      guard omissions.draws((point.x, x.scale), (point.y, y.scale)) else {
        run += 1
        continue
      }
      let range = series.band?[index]
      result.append(
        Curve.Vertex(point: point, range: range.flatMap { omissions.draws($0, y.scale) ? $0 : nil }, run: run))
    }
    return result
  }
}

/// Points that belong together, in the order in which a line joins them.
struct Series: Sendable, Equatable {
  let name: String
  let points: [Point]
  /// The range around each point, such as that of several seeds.
  var band: [ClosedRange<Double>]?
  /// Whether it is a variant of the series of the same style: its line never solid, its markers hollow.
  var isDashed: Bool = false
  /// Which colour, marker and dashes it has; its position in the chart if nil.
  var style: Int?
}
